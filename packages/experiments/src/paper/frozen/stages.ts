import { classifier, type LoopOptions, type Params } from '@advml/core';
import { keptMeasure, owning, type RunStore, type Stage } from '@advml/runs';
import { smoothedSurrogate } from '../battery.ts';
import type { LowComplexityWorld } from '../low-complexity/setting.ts';
import { trainTuned } from '../low-complexity/train.ts';
import { attackModel } from '../low-complexity/withstood.ts';
import { ofNetworks } from '../network-stage.ts';
import { toCoefficients, variantWorld } from '../world.ts';
import type { FrozenMeasures, FrozenResult } from './measures.ts';
import { outputModel } from './model.ts';

const NAMES = { without: 'frozen/clean', frozen: 'frozen/output', whole: 'frozen/robust' } as const;

/** Adam's rate for output weights that begin at 1; the rates tried are multiples of it. */
const RATE = 0.03;

/** A network of the run as it is, under the same attack. */
function asItIs(main: LowComplexityWorld, params: Params, loop: LoopOptions): Promise<FrozenResult> {
  return owning(async (own) => {
    const world = variantWorld(main);
    const here = own(toCoefficients(main.data, params));
    return attackModel(world, classifier(world.network, here), smoothedSurrogate(world.network, here), loop);
  });
}

/** The output weights trained adversarially, the neurons held fast. */
function withOutput(main: LowComplexityWorld, clean: Params, { onProgress, signal }: LoopOptions) {
  return owning(async (own): Promise<FrozenResult> => {
    const world = variantWorld(main);
    const { network, start, held, surrogate } = outputModel(own(toCoefficients(main.data, clean)));
    for (const each of [start, held]) own(each);
    const rates = world.setting.lowComplexity.rates.map((multiple) => multiple * RATE);
    const key = world.root.child('frozen');
    const half = (piece: 0 | 1): LoopOptions => ({
      onProgress: (done, total) => onProgress?.(piece * 100 + Math.floor((100 * done) / total), 200),
      signal,
    });
    const { params, rate, trials } = await trainTuned(world, network, start, 'adversarial', rates, key, half(0));
    own(params);
    const withstood = await attackModel(world, classifier(network, params), surrogate(params), half(1));
    const [first, now] = [start.weight, params.weight].map((tensor) => tensor.dataSync());
    const negative = now.filter((value, at) => value * first[at] < 0).length / now.length;
    return { ...withstood, negative, rate, trials };
  });
}

/**
 * The neurons of w behind output weights that are trained adversarially; w and w' under the same attack.
 *
 * @param world - Gives the run's data model and network.
 * @returns The stages.
 */
export function frozenStages(world: () => LowComplexityWorld): readonly Stage[] {
  return [
    ofNetworks(NAMES.frozen, ['clean'], world, ({ world: main, params, loop }) => withOutput(main, params.clean, loop)),
    ofNetworks(NAMES.without, ['clean'], world, ({ world: main, params, loop }) => asItIs(main, params.clean, loop)),
    ofNetworks(NAMES.whole, ['robust'], world, ({ world: main, params, loop }) => asItIs(main, params.robust, loop)),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function frozenMeasures(store: RunStore): Promise<FrozenMeasures> {
  return {
    without: await keptMeasure(store, NAMES.without),
    frozen: await keptMeasure(store, NAMES.frozen),
    whole: await keptMeasure(store, NAMES.whole),
  };
}
