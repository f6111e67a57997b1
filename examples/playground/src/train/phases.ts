// The two ways to train: on clean examples, and on examples that an attacker has moved.
import { fgm } from '@advml/attacks';
import type { Key, Network, Threat } from '@advml/core';
import { freshBatches, type SparseCodingModel } from '@advml/data';
import { chain, descend, freeze, growBias, purificationRegularizer, warmup } from '@advml/optimizers';
import { adversarialObjective, cleanObjective } from '@advml/training';
import type { Kind } from './course.ts';

/** What both phases share. */
export interface World {
  readonly data: SparseCodingModel;
  readonly network: Network;
  readonly threat: Threat;
  readonly batch: number;
}

const regularizer = purificationRegularizer(1e-5, { only: ['weight'] });

/** Plain gradient descent, while the threshold of the neurons grows with their weights. */
const clean = (d: number) => ({
  objective: cleanObjective(),
  optimizer: chain(
    regularizer,
    descend(warmup(20, 0.026 * d)),
    growBias({ bias: 'bias', weight: 'weight', ratio: 0.16, final: 0.08 }),
  ),
});

/** The same on inputs that one gradient step has moved by tau, with the threshold fixed. */
const attacked = (d: number, threat: Threat) => ({
  objective: adversarialObjective({ attack: fgm({ threat }) }),
  optimizer: chain(regularizer, descend(warmup(20, 0.0125 * d)), freeze(['bias'])),
});

/** What `fit` of @advml/training needs for a phase, but parameters and the number of steps. */
export function phase(kind: Kind, { data, network, threat, batch }: World, key: Key) {
  const way = kind === 'clean' ? clean(data.dimension) : attacked(data.dimension, threat);
  return { ...way, network, batches: freshBatches(data, key.child('data'), batch), key };
}
