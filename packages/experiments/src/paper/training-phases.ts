import { fgm } from '@advml/attacks';
import { type BatchSource, ball, type Key, l2, logistic, type Network } from '@advml/core';
import { fixedBatches, freshBatches, modelExamples } from '@advml/data';
import { chain, descend, freeze, growBias, purificationRegularizer, trapezoid } from '@advml/optimizers';
import { adversarialObjective, cleanObjective, type FitOptions } from '@advml/training';
import type { PaperSetting } from './setting.ts';
import type { PaperWorld } from './world.ts';

/** What decides one phase of training, all but where it starts and who watches. */
export type Phase = Pick<FitOptions, 'network' | 'objective' | 'optimizer' | 'batches' | 'steps' | 'key'>;

function descent({ rate, warmup, hold, final, steps }: PaperSetting['clean'] | PaperSetting['adversarial']) {
  return descend(trapezoid({ peak: rate, warmup, holdUntil: hold, end: steps, final }));
}

/**
 * Clean training: gradient descent on the regularized logistic loss while the bias grows with the weights.
 *
 * @param world - The run.
 * @param key - Source of its batches and noise.
 * @param options - Another network, regularizer or data source than the setting's.
 * @returns The phase, in the dictionary's coordinates.
 */
export function cleanPhase(
  { setting, network, data }: PaperWorld,
  key: Key,
  options: { network?: Network; decay?: number; batches?: BatchSource } = {},
): Phase {
  const { clean } = setting;
  return {
    network: options.network ?? network,
    key,
    steps: clean.steps,
    objective: cleanObjective({ loss: logistic }),
    batches: options.batches ?? freshBatches(data, key.child('data'), clean.batch, 'coefficients'),
    optimizer: chain(
      purificationRegularizer(options.decay ?? clean.decay, { only: ['weight'] }),
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
 * @returns The phase, in the dictionary's coordinates.
 */
export function adversarialPhase({ setting, network, data }: PaperWorld, key: Key): Phase {
  const { adversarial, tau } = setting;
  return {
    network,
    key,
    steps: adversarial.steps,
    objective: adversarialObjective({ loss: logistic, attack: fgm({ threat: ball(l2, tau) }) }),
    batches: freshBatches(data, key.child('data'), adversarial.batch, 'coefficients'),
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

/**
 * Batches from a fixed training set, drawn anew every epoch.
 *
 * @param world - The run.
 * @param key - Decides the set and the order.
 * @param examples - Size of the set.
 * @returns The batches, in the dictionary's coordinates.
 */
export function repeatedBatches({ data, setting }: PaperWorld, key: Key, examples: number): BatchSource {
  const set = modelExamples(data, key.child('examples'), examples, 'coefficients');
  return fixedBatches(set, Math.min(setting.clean.batch, examples), key.child('order'));
}
