import { pgd } from '@advml/attacks';
import { crossEntropy, type Key } from '@advml/core';
import { fixedBatches } from '@advml/data';
import { sgd, trapezoid } from '@advml/optimizers';
import type { Phase } from '@advml/runs';
import { adversarialObjective, cleanObjective, type Objective } from '@advml/training';
import type { MainSetting } from '../main-setting.ts';
import type { PatchesWorld } from '../world.ts';

/** Gradient descent on an objective over the training examples. */
function phaseOf(
  { network, train }: PatchesWorld,
  own: Key,
  { steps, batch, rate }: MainSetting['clean'],
  objective: Objective,
): Phase {
  const warmup = Math.floor(0.05 * steps);
  return {
    network,
    key: own,
    steps,
    objective,
    batches: fixedBatches(train, Math.min(batch, train.count), own.child('data')),
    optimizer: sgd({ rate: trapezoid({ peak: rate, warmup, holdUntil: 0.5, end: steps }) }),
  };
}

/**
 * Clean training.
 *
 * @param world - The run.
 * @param own - Source of its batches.
 * @returns The phase.
 */
export function cleanPhase(world: PatchesWorld, own: Key): Phase {
  return phaseOf(world, own, world.setting.clean, cleanObjective());
}

/**
 * Adversarial training by PGD in l2.
 *
 * @param world - The run.
 * @param own - Source of its batches and of the attack.
 * @returns The phase.
 */
export function adversarialPhase(world: PatchesWorld, own: Key): Phase {
  const { adversarial } = world.setting;
  const attack = pgd({ threat: world.threat, steps: adversarial.attackSteps, start: 'random', loss: crossEntropy });
  return phaseOf(world, own, adversarial, adversarialObjective({ attack }));
}
