import { pgd } from '@advml/attacks';
import { crossEntropy, type Key, type Network, type Threat } from '@advml/core';
import { type Augmentation, fixedBatches, horizontalFlip, inTurn, shift } from '@advml/data';
import { adamw, trapezoid } from '@advml/optimizers';
import type { Phase } from '@advml/runs';
import { adversarialObjective, cleanObjective, type Objective } from '@advml/training';
import type { MainSetting } from '../main-setting.ts';
import type { ImagesWorld } from '../world.ts';

/** How a phase of training goes. */
type How = MainSetting['clean'];

/** What a phase trains in another way. */
export interface PhaseChange {
  /** Another network, such as one with updates of low rank; its weights do not decay. */
  readonly network?: Network;
  /** Passes over the training examples. */
  readonly epochs?: number;
}

function augmentationOf({ data }: MainSetting): Augmentation | undefined {
  const parts = [...(data.shift > 0 ? [shift({ pixels: data.shift })] : []), ...(data.flip ? [horizontalFlip()] : [])];
  return parts.length > 0 ? inTurn(...parts) : undefined;
}

/** A phase: Adam with decoupled decay of the weights, at a rate that rises, stays and falls to zero. */
function phaseOf(world: ImagesWorld, key: Key, how: How, objective: Objective, change: PhaseChange): Phase {
  const { network, weights, train, setting } = world;
  const batch = Math.min(how.batch, train.count);
  const steps = Math.max(1, Math.round(((change.epochs ?? how.epochs) * train.count) / batch));
  const rate = trapezoid({ peak: how.rate, warmup: Math.floor(how.rise * steps), holdUntil: how.hold, end: steps });
  const decaying = change.network ? { weightDecay: 0 } : { weightDecay: how.decay, only: weights };
  return {
    network: change.network ?? network,
    key,
    steps,
    objective,
    batches: fixedBatches(train, batch, key.child('data'), { augment: augmentationOf(setting) }),
    optimizer: adamw({ rate, ...decaying }),
  };
}

/**
 * Clean training.
 *
 * @param world - The run.
 * @param key - Source of its batches.
 * @param change - What is trained in another way.
 * @returns The phase.
 */
export function cleanPhase(world: ImagesWorld, key: Key, change: PhaseChange = {}): Phase {
  return phaseOf(world, key, world.setting.clean, cleanObjective(), change);
}

/**
 * Adversarial training by PGD from random points, of the whole network or of something in its place.
 *
 * @param world - The run.
 * @param key - Source of its batches and of the attack.
 * @param threat - What the attacker may do.
 * @param change - What is trained in another way.
 * @returns The phase.
 * @see Madry, Makelov, Schmidt, Tsipras, Vladu: Towards Deep Learning Models Resistant to Adversarial Attacks, 2018
 * (arXiv:1706.06083).
 */
export function adversarialPhase(world: ImagesWorld, key: Key, threat: Threat, change: PhaseChange = {}): Phase {
  const { adversarial } = world.setting;
  const { attackSteps: steps, stepSize } = adversarial;
  const attack = pgd({ threat, steps, stepSize, start: 'random', loss: crossEntropy });
  return phaseOf(world, key, adversarial, adversarialObjective({ attack }), change);
}
