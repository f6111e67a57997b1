import type { Proportion } from '@advml/metrics';
import type { Masking } from '../../shared/masking.ts';
import type { ScalingPoint } from './family.ts';

/** What a training must reach: a clean accuracy (C1), or a robust one on the way and at the end (C3). */
export type Target = 'clean99' | 'robust90' | 'robust99';

/** All targets, in the order in which they are reached. */
export const targets: readonly Target[] = ['clean99', 'robust90', 'robust99'];

/** The accuracy above which a target is reached. */
export const barOf: Readonly<Record<Target, number>> = { clean99: 0.99, robust90: 0.9, robust99: 0.99 };

/** What a target is called. */
export const labelOf: Readonly<Record<Target, string>> = {
  clean99: 'clean accuracy > 99%',
  robust90: 'robust accuracy > 90%',
  robust99: 'robust accuracy > 99%',
};

/** What one training cost. */
export interface Cost extends ScalingPoint {
  /** k. */
  readonly active: number;
  /** Radius of the l2 attack, in training and measurement. */
  readonly tau: number;
  /** Examples a step. */
  readonly batch: number;
  /** Steps of its phase until each target was reached, clean training for `clean99`; null where it was not. */
  readonly steps: Readonly<Record<Target, number | null>>;
  /** Steps that each target was given; up to where it diverged, where it did. */
  readonly limit: Readonly<Record<Target, number>>;
  /** Robust accuracy after clean training. */
  readonly robustBefore: Proportion;
  /** The step of adversarial training at which it diverged. Default: none. */
  readonly diverged?: number;
  /** Robust accuracy when the last target was reached, or after the last step; the last that was confirmed where training diverged. */
  readonly robustAfter: Proportion;
  /** The attack that confirmed. */
  readonly attack: string;
  /** Signs that the networks before and after adversarial training hide their gradients; runs of earlier versions have none. */
  readonly masking?: Readonly<Record<'before' | 'after', Masking>>;
}

/** What a cost is counted in. */
export type Unit = 'steps' | 'examples';

/** What a target cost in one training, or undefined where it was not reached. */
export function costOf({ steps, batch }: Cost, target: Target, unit: Unit): number | undefined {
  const made = steps[target];
  if (made === null) return undefined;
  return unit === 'steps' ? made : made * batch;
}

/** What a training was given until a target. */
export function limitOf({ limit, batch }: Cost, target: Target, unit: Unit): number {
  return limit[target] * (unit === 'steps' ? 1 : batch);
}
