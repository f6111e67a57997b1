import { fgm } from '@advml/attacks';
import { type Attack, type BatchSource, ball, type Key, l2, logistic } from '@advml/core';
import { fixedBatches, freshBatches, modelExamples } from '@advml/data';
import { chain, descend, freeze, growBias, purificationRegularizer, trapezoid } from '@advml/optimizers';
import type { Phase } from '@advml/runs';
import { adversarialObjective, cleanObjective } from '@advml/training';
import type { MainSetting } from '../main-setting.ts';
import type { PaperWorld } from '../world.ts';

/**
 * Gradient descent at the rate of a phase.
 *
 * @param phase - Its part of the setting.
 * @returns An optimizer: a warm-up, a plateau and a fall.
 */
export function descent({ rate, warmup, hold, final, steps }: MainSetting['clean'] | MainSetting['adversarial']) {
  return descend(trapezoid({ peak: rate, warmup, holdUntil: hold, end: steps, final }));
}

/** What a variant of a phase does in another way. */
export interface PhaseChange {
  /** Attacks every batch before it is learned from. */
  readonly attack?: Attack;
  /** Where the examples come from, in whatever coordinates. Default: fresh ones in the dictionary's own. */
  readonly batches?: BatchSource;
}

/** One-step FGM in l2: the attack of adversarial training. */
const trainingAttack = ({ tau }: MainSetting): Attack => fgm({ threat: ball(l2, tau) });

/**
 * Clean training: gradient descent on the regularized logistic loss while the bias grows with the weights.
 *
 * @param world - The run.
 * @param key - Source of its batches and noise.
 * @param change - Another data source; an attack makes it adversarial training from the start.
 * @returns The phase, in the dictionary's coordinates.
 */
export function cleanPhase(
  { setting: { clean }, network, data }: PaperWorld,
  key: Key,
  { attack, batches }: PhaseChange = {},
): Phase {
  return {
    network,
    key,
    steps: clean.steps,
    objective: attack ? adversarialObjective({ loss: logistic, attack }) : cleanObjective({ loss: logistic }),
    batches: batches ?? freshBatches(data, key.child('data'), clean.batch, 'coefficients'),
    optimizer: chain(
      purificationRegularizer(clean.decay, { only: ['weight'] }),
      descent(clean),
      growBias({ bias: 'bias', weight: 'weight', ratio: clean.biasRatio, final: clean.biasFinal }),
    ),
  };
}

/**
 * Adversarial training by one-step FGM in l2, from the clean weights and with the bias fixed.
 *
 * @param world - The run.
 * @param key - Source of its batches and noise.
 * @param change - Another attack or data source.
 * @returns The phase, in the coordinates of its examples.
 */
export function adversarialPhase(
  { setting, network, data }: PaperWorld,
  key: Key,
  { attack = trainingAttack(setting), batches }: PhaseChange = {},
): Phase {
  const { adversarial } = setting;
  return {
    network,
    key,
    steps: adversarial.steps,
    objective: adversarialObjective({ loss: logistic, attack }),
    batches: batches ?? freshBatches(data, key.child('data'), adversarial.batch, 'coefficients'),
    optimizer: chain(
      purificationRegularizer(adversarial.decay, { only: ['weight'] }),
      descent(adversarial),
      freeze(['bias']),
    ),
  };
}

/**
 * Both phases of a run, with the keys of their batches.
 *
 * @param world - The run.
 * @returns The phases by the network that they end in.
 */
export function phasesOf(world: PaperWorld): Readonly<Record<'clean' | 'robust', Phase>> {
  return {
    clean: cleanPhase(world, world.root.child('clean')),
    robust: adversarialPhase(world, world.root.child('adversarial')),
  };
}

/** What {@link repeatedBatches} draws. */
export interface RepeatedBatches {
  /** Decides the examples of the set. */
  readonly set: Key;
  /** Decides their order. */
  readonly order: Key;
  /** Size of the set. */
  readonly examples: number;
  /** Examples a step, as many as the set has at most. */
  readonly batch: number;
}

/**
 * Batches from a fixed training set, drawn anew every epoch.
 *
 * @param world - The run.
 * @param draw - See {@link RepeatedBatches}.
 * @returns The batches, in the dictionary's coordinates.
 */
export function repeatedBatches({ data }: PaperWorld, { set, order, examples, batch }: RepeatedBatches): BatchSource {
  return fixedBatches(modelExamples(data, set, examples, 'coefficients'), Math.min(batch, examples), order);
}
