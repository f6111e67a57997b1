import { sparseCoding } from '@advml/data';
import { paperNetwork } from '../world.ts';
import type { ScalingSetting, ScalingWorld } from './setting.ts';

/** How sparsity goes with the dimension: k stays, or k = d^growth. */
export type Family = 'fixed' | 'growing';

/** Both families. */
export const families: readonly Family[] = ['fixed', 'growing'];

/**
 * What a family is called.
 *
 * @param family - The family.
 * @param setting - A complete setting.
 * @returns Such as `k = 2`.
 */
export function familyName(family: Family, { data, scaling }: ScalingSetting): string {
  return family === 'fixed' ? `k = ${data.active}` : `k = d^${scaling.growth}`;
}

/** One training of claim C11. */
export interface ScalingPoint {
  /** How k goes with d. */
  readonly family: Family;
  /** d. */
  readonly dimension: number;
  /** Number of the repeat, from 1. */
  readonly repeat: number;
}

/**
 * All trainings of a setting.
 *
 * @param setting - A complete setting.
 * @returns The points, the longest trainings first: they leave the least idle time at the end.
 */
export function scalingPoints({ scaling }: ScalingSetting): readonly ScalingPoint[] {
  const { dimensions, repeats, growingRepeats, repeatsAtLargest } = scaling;
  const largest = Math.max(...dimensions);
  const countAt = (dimension: number): Readonly<Record<Family, number>> =>
    dimension === largest
      ? { fixed: repeatsAtLargest, growing: repeatsAtLargest }
      : { fixed: repeats, growing: growingRepeats };
  return dimensions
    .toSorted((a, b) => b - a)
    .flatMap((dimension) =>
      families.flatMap((family) =>
        Array.from(
          { length: countAt(dimension)[family] },
          (_, at): ScalingPoint => ({ family, dimension, repeat: at + 1 }),
        ),
      ),
    );
}

/**
 * The steps of adversarial training that a bar may take: more where d is larger, as a power of d, for the cost may grow as one.
 *
 * @param setting - A complete setting.
 * @param dimension - d.
 * @returns A whole number.
 */
export function stepsAt({ scaling }: ScalingSetting, dimension: number): number {
  const { steps, stepsGrowth, dimensions } = scaling;
  return Math.max(1, Math.round(steps * (dimension / Math.min(...dimensions)) ** stepsGrowth));
}

/**
 * The setting at another dimension.
 *
 * What is scaled, with the setting's own values at its own d and k:
 *
 * - m and both learning rates are proportional to d. A feature is on in one of d/k examples, so its gradient shrinks as 1/d; with
 *   these rates each feature is learned equally fast at every d.
 * - So are the batches: a step shows each feature equally often at every d.
 * - tau is proportional to 1/sqrt(k), as the size of a feature is: the radius is always the same share of a feature, and does not
 *   shrink with d, where the theorem would allow it to.
 * - gamma, sigma_0 and the growth of b stay as they are, and so does clean training's number of steps.
 *
 * Rates are constant after the warm-up, so that the number of steps until a bar is reached does not depend on a schedule's end. The
 * dictionary is the identity: with l2 attacks and Gaussian initialization every orthonormal one gives the same law of results.
 *
 * @param setting - A complete setting.
 * @param family - How k goes with d.
 * @param dimension - d.
 * @returns A complete setting.
 */
export function scaledSetting(setting: ScalingSetting, family: Family, dimension: number): ScalingSetting {
  const { data, network, clean, adversarial, scaling } = setting;
  const ratio = dimension / data.dimension;
  const active = family === 'fixed' ? data.active : dimension ** scaling.growth;
  const batch = Math.max(1, Math.round(scaling.batchShare * dimension));
  const constant = <Phase extends { readonly rate: number; readonly warmup: number }>(phase: Phase, steps: number) => ({
    ...phase,
    steps,
    batch,
    rate: phase.rate * ratio,
    warmup: Math.min(phase.warmup, steps),
    hold: 1,
  });
  return {
    ...setting,
    tau: setting.tau * Math.sqrt(data.active / active),
    data: { ...data, dimension, active, dictionary: 'identity' },
    network: { ...network, neurons: Math.max(2, Math.round(network.neurons * ratio)) },
    clean: constant(clean, clean.steps),
    adversarial: constant(adversarial, stepsAt(setting, dimension)),
  };
}

/**
 * The data model and network of one training, with randomness of its own.
 *
 * @param world - The run.
 * @param point - The training.
 * @returns Its world.
 */
export function scaledWorld({ setting: main, root: of }: ScalingWorld, point: ScalingPoint): ScalingWorld {
  const { family, dimension, repeat } = point;
  const setting = scaledSetting(main, family, dimension);
  const root = of.child('scaling', family, dimension, repeat);
  return {
    setting,
    root,
    data: sparseCoding({ ...setting.data, key: root.child('data') }),
    network: paperNetwork(setting, 'plain'),
  };
}
