import { type Attack, type AttackResult, type BatchSource, classifier, type Key, type Network } from '@advml/core';
import {
  requireAttack,
  requireFunction,
  requireKey,
  requireNetwork,
  requireOptions,
  requireShare,
} from '@advml/core/internal';
import { CatastrophicOverfittingError } from './catastrophic-overfitting-error.ts';
import { checkedBatch } from './checked-batch.ts';
import type { OnStep } from './report.ts';

/** What one look of an {@link overfittingCheck} found. */
export interface OverfittingReport {
  /** How many steps were made. */
  readonly step: number;
  /** Share of the examples that withstand the attack of the training. */
  readonly weak: number;
  /** Share of the same examples that withstand the strong attack. */
  readonly strong: number;
  /** Whether the first is so much above the second that the network has learned to fool its attack. */
  readonly collapsed: boolean;
}

/** Settings of {@link overfittingCheck}. */
export interface OverfittingCheckOptions {
  /** The network in training. */
  readonly network: Network;
  /** The examples to look at by the number of the step: those of the training, or held-out ones; disposed after the look. */
  readonly batches: BatchSource;
  /** The attack that is trained with, such as `fgm` from a random start. */
  readonly weak: Attack;
  /** The attack that tells the truth, such as `pgd` with 20 steps. */
  readonly strong: Attack;
  /** Randomness of the attacks; step t uses its child `step/t`. */
  readonly key: Key;
  /** How far apart the two shares must be for a collapse, in [0, 1]. Default: 0.2. */
  readonly gap?: number;
  /** Told of every look; training waits for it. */
  readonly onLook?: (report: OverfittingReport) => void | Promise<void>;
  /** Whether a collapse stops the training, by a {@link CatastrophicOverfittingError}. Default: true. */
  readonly stop?: boolean;
}

/**
 * A watch on training with a single step of attack: whether the network has learned to fool that attack, and nothing else.
 *
 * After catastrophic overfitting the network withstands the one-step attack that it is trained with, often better than before,
 * and no attack of several steps. Each look measures both on the same examples at the same parameters, in evaluation mode:
 *
 * ```math
 * \text{collapsed} \iff \text{acc}_{\text{weak}} - \text{acc}_{\text{strong}} > \text{gap}
 * ```
 *
 * Wong et al. stop where the accuracy under PGD on a training batch falls by 0.2 within an epoch. Here it is compared with the
 * accuracy under the weak attack, not with its own past, so that a resumed run sees the same.
 *
 * @param options - See {@link OverfittingCheckOptions}.
 * @returns A callback for `onStep`, best through {@link every}; it throws CatastrophicOverfittingError if it is to stop.
 * @throws InputError if `gap` is not in [0, 1], or `batches` or `onLook` no function.
 * @example
 * ```ts
 * const strong = pgd({ threat, steps: 20 }); // from '@advml/attacks'
 * const check = overfittingCheck({ network, batches, weak: attack, strong, key: key('check', 0) });
 * const trained = await fit({ onStep: every(100, check), objective: adversarialObjective({ attack }), network, params, batches, ...rest });
 * ```
 * @see Wong, Rice, Kolter: Fast is better than free, 2020 (arXiv:2001.03994), section 5.
 */
export function overfittingCheck(options: OverfittingCheckOptions): OnStep {
  requireOptions<OverfittingCheckOptions>('overfittingCheck', options, {
    network: true,
    batches: true,
    weak: true,
    strong: true,
    key: true,
    gap: true,
    onLook: true,
    stop: true,
  });
  const { network, batches, weak, strong, key, gap = 0.2, onLook, stop = true } = options;
  requireShare({ gap });
  requireNetwork('overfittingCheck', network);
  for (const attack of [weak, strong]) requireAttack('overfittingCheck', attack);
  requireKey('key', key);
  requireFunction('batches', batches);
  return async ({ step, state }) => {
    const model = classifier(network, state.params);
    const { x, y } = checkedBatch(`the batch at step ${step}`, batches(step));
    const standing = (attack: Attack) => withstood(attack(model, x, y, { key: key.child('step', step) }));
    try {
      const shares = { weak: standing(weak), strong: standing(strong) };
      const collapsed = shares.weak - shares.strong > gap;
      await onLook?.({ step: state.step, ...shares, collapsed });
      if (collapsed && stop) throw new CatastrophicOverfittingError(state.step, shares.weak, shares.strong);
    } finally {
      x.dispose();
      y.dispose();
    }
  };
}

/** Share of the examples that an attack did not fool. */
function withstood({ x, success }: AttackResult): number {
  x.dispose();
  return success.filter((fooled) => !fooled).length / success.length;
}
