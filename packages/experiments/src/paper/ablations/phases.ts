import { fgm, pgd } from '@advml/attacks';
import { type Attack, ball, type Key, l2 } from '@advml/core';
import type { Phase } from '@advml/runs';
import { adversarialPhase, cleanPhase, repeatedBatches } from '../training/phases.ts';
import { variantWorld } from '../world.ts';
import type { AblationsWorld } from './setting.ts';
import type { Ablation } from './variants.ts';

/** The trainings of an ablation. */
export interface AblationPhases {
  /** From w0 to w; left out where w is that of the setting. */
  readonly clean?: Phase;
  /** What leads from w0 to where adversarial training begins, if that is not w. */
  readonly first?: Phase;
  /** Adversarial training, which ends in w'. */
  readonly robust: Phase;
}

/**
 * The run that an ablation is about, in the dictionary's coordinates.
 *
 * @param main - The run.
 * @param ablation - What is different.
 * @returns Its world; it holds no tensors.
 */
export function ablationWorld(main: AblationsWorld, { change = {} }: Ablation): AblationsWorld {
  const { steps } = main.setting.ablations;
  const { warmup, hold } = main.setting.adversarial;
  return variantWorld(main, { adversarial: { steps, warmup: Math.min(warmup, Math.floor(hold * steps)) } }, change);
}

/**
 * Whether an ablation changes adversarial training only, so that its w is that of the setting.
 *
 * @param ablation - The ablation.
 * @returns True if it needs no clean training of its own.
 */
export const sharesClean = ({ change, fixedExamples }: Ablation): boolean =>
  change === undefined && fixedExamples === undefined;

/**
 * The trainings of an ablation. All ablations of a seed have the same initialization and batches, as far as they can.
 *
 * @param world - The ablation's own, see {@link ablationWorld}.
 * @param ablation - What is different.
 * @returns The phases.
 */
export function ablationPhases(world: AblationsWorld, ablation: Ablation): AblationPhases {
  const { setting, root } = world;
  const { fixedExamples: examples, fromScratch } = ablation;
  const [clean, adversarial] = [root.child('clean'), root.child('adversarial')];
  const batches = (order: Key, batch: number) =>
    examples === undefined
      ? undefined
      : repeatedBatches(world, { set: root.child('fixed data'), order: order.child('order'), examples, batch });
  const attack = attackOf(ablation, setting.tau);
  return {
    ...(!sharesClean(ablation) && {
      clean: cleanPhase(world, clean, { batches: batches(clean, setting.clean.batch) }),
    }),
    ...(fromScratch && { first: cleanPhase(world, clean, { attack }) }),
    robust: adversarialPhase(world, adversarial, { attack, batches: batches(adversarial, setting.adversarial.batch) }),
  };
}

function attackOf({ pgdSteps, radius }: Ablation, tau: number): Attack {
  const threat = ball(l2, radius ?? tau);
  if (pgdSteps === undefined) return fgm({ threat });
  return pgd({ threat, steps: pgdSteps, stepSize: 2.5 / pgdSteps, start: 'none', earlyStop: false });
}
