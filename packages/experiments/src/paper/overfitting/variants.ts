import type { LoopOptions } from '@advml/core';
import type { Overrides } from '@advml/runs';
import { owning, trainPlainly } from '@advml/runs';
import { accuraciesOf, believedAccuraciesOf } from '../accuracies.ts';
import { cleanPhase, repeatedBatches } from '../training/phases.ts';
import { variantWorld } from '../world.ts';
import type { VariantResult } from './measures.ts';
import type { OverfittingSetting, OverfittingWorld } from './setting.ts';

/** One clean training that differs from the main one in one thing. */
export interface Variant {
  /** What is different. */
  readonly name: string;
  /** What it changes in the setting. */
  readonly change?: Overrides;
  /** Size of the training set, where it is fixed. */
  readonly fixedExamples?: number;
}

/**
 * The variants of a setting.
 *
 * @param setting - A complete setting.
 * @returns The variants, in the order of the report.
 */
export function variantsOf({ overfitting, network }: OverfittingSetting): readonly Variant[] {
  return [
    { name: `fixed data, ${overfitting.fixedExamples} examples`, fixedExamples: overfitting.fixedExamples },
    ...overfitting.widths.map((width) => {
      const neurons = Math.round(width * network.neurons);
      return { name: `m = ${neurons}`, change: { network: { neurons } } };
    }),
    ...overfitting.decays.map((decay) => ({ name: `lambda = ${decay}`, change: { clean: { decay } } })),
  ];
}

/**
 * Trains a variant cleanly and attacks it; everything in the dictionary's coordinates, where l2 attacks are the same.
 *
 * @param world - The run.
 * @param variant - What is different.
 * @param loop - Progress of the training, and abort.
 * @returns Plain numbers.
 */
export async function measureVariant(
  main: OverfittingWorld,
  { name, change = {}, fixedExamples }: Variant,
  loop: LoopOptions,
): Promise<VariantResult> {
  const world = variantWorld(main, change);
  const { setting, network, data, root } = world;
  const { examples, steps } = setting.overfitting;
  const { signal } = loop;
  const key = root.child('overfitting', name);
  const set = key.child('data', 'examples');
  const batches =
    fixedExamples === undefined
      ? undefined
      : repeatedBatches(world, {
          set,
          order: key.child('data', 'order'),
          examples: fixedExamples,
          batch: setting.clean.batch,
        });
  return owning(async (own) => {
    const start = own(network.init(key.child('init')));
    const params = own(await trainPlainly(cleanPhase(world, key, { batches }), start, loop));
    const judgement = (of: string) => ({ key: key.child('attack', of), steps, signal });
    const fresh = own(data.batch(key.child('fresh'), examples, 'coefficients'));
    const found = await believedAccuraciesOf(world, params, fresh, judgement('fresh'));
    if (fixedExamples === undefined) return { name, ...found };
    const seen = own(data.batch(set, Math.min(examples, fixedExamples), 'coefficients')); // the first of the set
    const { robust } = await accuraciesOf(world, params, seen, judgement('seen'));
    return { name, ...found, robustOnTraining: robust };
  });
}
