import type { LoopOptions, Params } from '@advml/core';
import { decompose } from '@advml/purification';
import type { Phase } from '@advml/runs';
import { owning, trainPlainly } from '@advml/runs';
import { DivergedError } from '@advml/training';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { purifiedShare } from '../neurons.ts';
import { measureNetwork } from './measure.ts';
import type { AblationResult } from './measures.ts';
import { ablationPhases, ablationWorld } from './phases.ts';
import type { AblationsWorld } from './setting.ts';
import type { Ablation } from './variants.ts';

/**
 * Trains an ablation cleanly and adversarially, and measures both networks. A training that diverges, or leaves no neuron that
 * answers any example, ends it: that is a result as well.
 *
 * @param main - The run.
 * @param ablation - What is different.
 * @param shared - w of the setting, for an ablation that has no clean training of its own; not disposed.
 * @param loop - Progress over all steps and examples, and abort.
 * @returns Plain numbers.
 */
export function ablate(
  main: AblationsWorld,
  ablation: Ablation,
  shared: Params | undefined,
  loop: LoopOptions,
): Promise<AblationResult> {
  const world = ablationWorld(main, ablation);
  const { clean: phase, first, robust: last } = ablationPhases(world, ablation);
  const { name } = ablation;
  const { examples } = world.setting.ablations;
  const [toW, ofW, toStart, toRobust, ofRobust] = inTurn(loop, [
    phase?.steps,
    examples,
    first?.steps,
    last.steps,
    examples,
  ]);

  return owning(async (own): Promise<AblationResult> => {
    const initial = own(world.network.init(world.root.child('init')));
    const train = async (phase: Phase, start: Params, loop: LoopOptions) => own(await trainOrTell(phase, start, loop));

    const w = phase ? await train(phase, initial, toW) : (shared as Params);
    if (w instanceof DivergedError) return { name, outcome: `clean training diverged at step ${w.step}` };
    const clean = await measureNetwork(world, w, initial, ofW);
    if (clean.alive.successes === 0) return { name, clean, outcome: 'no neuron alive after clean training' };

    const start = first ? await train(first, initial, toStart) : w;
    const after = start instanceof DivergedError ? start : await train(last, start, toRobust);
    if (after instanceof DivergedError) {
      return { name, clean, outcome: `adversarial training diverged at step ${after.step}` };
    }
    const robust = await measureNetwork(world, after, initial, ofRobust);
    const outcome = robust.alive.successes === 0 ? 'no neuron alive after adversarial training' : 'trained';
    return {
      name,
      outcome,
      clean,
      robust,
      purified: purifiedShare(decompose(w.weight as Tensor2D, after.weight as Tensor2D)),
    };
  });
}

/** Trains; divergence is given back, not thrown. */
async function trainOrTell(phase: Phase, start: Params, loop: LoopOptions): Promise<Params | DivergedError> {
  try {
    return await trainPlainly(phase, start, loop);
  } catch (error) {
    if (error instanceof DivergedError) return error;
    throw error;
  }
}

/** The progress of several pieces of work as that of one. */
function inTurn({ onProgress, signal }: LoopOptions, lengths: readonly (number | undefined)[]): readonly LoopOptions[] {
  const until = (at: number) => lengths.slice(0, at).reduce<number>((sum, length = 0) => sum + length, 0);
  const total = until(lengths.length);
  return lengths.map((_, at) => ({ signal, onProgress: (done) => onProgress?.(until(at) + done, total) }));
}
