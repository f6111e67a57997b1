import { classifier, type LoopOptions, type OnProgress, type Params } from '@advml/core';
import { owning } from '@advml/runs';
import { smoothedSurrogate } from '../battery.ts';
import { toCoefficients } from '../world.ts';
import type { LowComplexityResult, ModelResult, Training } from './measures.ts';
import type { LowComplexityModel } from './models.ts';
import type { LowComplexityWorld } from './setting.ts';
import { trainTuned } from './train.ts';
import { attackLinear, attackModel } from './withstood.ts';

/** Progress of one of several pieces of work, as progress of the whole. */
const share =
  (onProgress: OnProgress | undefined, piece: number, pieces: number): OnProgress =>
  (done, total) =>
    onProgress?.(piece * 100 + Math.floor((100 * done) / total), pieces * 100);

/**
 * Trains a model cleanly, then adversarially from there, and attacks it after each.
 *
 * @param world - The run.
 * @param model - The model.
 * @param loop - Progress and abort.
 * @returns One result a training.
 */
export function measureModel(
  world: LowComplexityWorld,
  { name, title, kind, rate, isLinear, start: begin }: LowComplexityModel,
  { onProgress, signal }: LoopOptions,
): Promise<readonly ModelResult[]> {
  const key = world.root.child('low complexity', name);
  return owning(async (own) => {
    const { network, start, held, surrogate } = begin(key.child('init'));
    for (const params of [start, held]) own(params);
    const attacked = (params: Params, loop: LoopOptions) =>
      isLinear
        ? attackLinear(world, params)
        : attackModel(world, classifier(network, params), surrogate?.(params), loop);
    const results: ModelResult[] = [];
    const rates = world.setting.lowComplexity.rates.map((multiple) => multiple * rate);
    let from = start;
    for (const [at, training] of (['clean', 'adversarial'] as const).entries()) {
      const piece = (second: 0 | 1) => ({ onProgress: share(onProgress, 2 * at + second, 4), signal });
      const tuned = await trainTuned(world, network, from, training, rates, key.child(training), piece(0));
      from = own(tuned.params);
      const { rate: chosen, trials } = tuned;
      results.push({ model: title, kind, training, rate: chosen, trials, ...(await attacked(from, piece(1))) });
    }
    return results;
  });
}

/**
 * The network itself under the same attack, for comparison.
 *
 * @param world - The run.
 * @param weights - Its parameters after each training, for inputs x.
 * @param loop - Progress and abort.
 * @returns One result a training.
 */
export function measureNetwork(
  world: LowComplexityWorld,
  weights: Readonly<Record<Training, Params>>,
  { onProgress, signal }: LoopOptions,
): Promise<readonly LowComplexityResult[]> {
  const { setting, data, network } = world;
  return owning(async (own) => {
    const results: LowComplexityResult[] = [];
    for (const [at, training] of (['clean', 'adversarial'] as const).entries()) {
      const params = own(toCoefficients(data, weights[training]));
      const loop = { onProgress: share(onProgress, at, 2), signal };
      const withstood = await attackModel(world, classifier(network, params), smoothedSurrogate(network, params), loop);
      results.push({ model: 'the network itself', training, rate: setting[training].rate, trials: [], ...withstood });
    }
    return results;
  });
}
