import { InputError, type Network, type Params } from '@advml/core';
import { cnn } from '../cnn.ts';
import { layeredNetwork } from '../layers/layered-network.ts';
import { lazy } from '../lazy.ts';
import { lowRank } from '../low-rank.ts';
import { mlp } from '../mlp.ts';
import { polynomial } from '../polynomial.ts';
import { randomFeatures } from '../random-features.ts';
import { resnet } from '../resnet.ts';
import { type SymmetricTwoLayer, symmetricTwoLayer } from '../symmetric-two-layer.ts';
import { tangent } from '../tangent.ts';
import { activationFrom } from './activations.ts';
import { layerFrom } from './layer-kinds.ts';
import { type Reader, readerOf } from './reader.ts';

/** How a network is made from its description; the base is that of an update, which is no plain data. */
type Make = (read: Reader, base: Params | undefined) => Network;

const NORMS = ['none', 'batch', 'group'] as const;
const POOLINGS = ['max', 'average', 'none'] as const;
const EVALUATIONS = ['smoothed', 'plain'] as const;

const activationOf = (read: Reader) => activationFrom(read, 'activation');

/** More blocks than any network has that fits a file; each is made before its sizes can be compared. */
const MOST_BLOCKS = 1024;

/** The kinds by name; each reads what the `describe` of its network writes. */
const KINDS: Readonly<Record<string, Make>> = {
  mlp: (read) =>
    mlp({
      inputs: read.sizes('inputs'),
      hidden: read.sizes('hidden'),
      outputs: read.outputs('outputs'),
      activation: activationOf(read),
    }),
  cnn: (read) =>
    cnn({
      inputs: read.sizes('inputs'),
      filters: read.sizes('filters'),
      sizes: read.sizes('sizes'),
      strides: read.sizes('strides'),
      hidden: read.sizes('hidden'),
      outputs: read.outputs('outputs'),
      norm: read.word('norm', NORMS),
      pooling: read.word('pooling', POOLINGS),
      activation: activationOf(read),
    }),
  resnet(read) {
    const [filters, blocks] = [read.sizes('filters'), read.size('blocks')];
    if (blocks * filters.length > MOST_BLOCKS)
      throw new InputError(
        `blocks of the described network (resnet) must be at most ${MOST_BLOCKS} in all stages together, got ${blocks} in ${filters.length}`,
      );
    return resnet({
      inputs: read.sizes('inputs'),
      filters,
      stride: read.size('stride'),
      blocks,
      outputs: read.outputs('outputs'),
      norm: read.word('norm', NORMS),
      activation: activationOf(read),
    });
  },
  layered: (read) =>
    layeredNetwork({
      name: read.text('name'),
      inputShape: read.sizes('inputs'),
      layers: layerFrom(read.layer('layers')),
    }),
  'symmetric-two-layer': symmetric,
  polynomial: (read) =>
    polynomial({
      inputs: read.size('inputs'),
      degree: read.size('degree') as 1 | 2 | 3,
      cubes: read.size('cubes'),
      odd: read.flag('odd'),
    }),
  'random-features': (read) => randomFeatures({ inputs: read.size('inputs'), features: read.size('features') }),
  tangent(read) {
    const within = read.within('network');
    if (within.kind !== 'symmetric-two-layer')
      throw new InputError(`a tangent is that of a symmetric-two-layer network, got one of kind '${within.kind}'`);
    const network = symmetric(within);
    within.end();
    return tangent(network);
  },
  lazy: (read, base) => lazy(networkFrom(read.within('network'), base), { scale: read.number('scale') }),
  'low-rank'(read, base) {
    const network = networkFrom(read.within('network'), undefined);
    const only = read.names('only');
    const ranks = read.has('ranks') ? read.sizes('ranks') : [read.size('rank')];
    const byName = () => Object.fromEntries(only.map((name, at) => [name, ranks[at]]));
    const options = { rank: read.has('ranks') ? byName() : ranks[0], only, train: read.names('train') };
    if (!base)
      throw new InputError(
        `the weights are only an update of rank ${[...new Set(ranks)].join(', ')} for ${network.name}; give networkOf the base that it is added to, or keep the merged weights`,
      );
    return lowRank(network, base, options);
  },
};

function symmetric(read: Reader): SymmetricTwoLayer {
  return symmetricTwoLayer({
    inputs: read.size('inputs'),
    neurons: read.size('neurons'),
    initialDeviation: read.number('initialDeviation'),
    initialThreshold: read.number('initialThreshold'),
    noise: read.number('noise'),
    evaluation: read.word('evaluation', EVALUATIONS),
  });
}

/** Names of the kinds that a description may have. */
export const kindNames: readonly string[] = Object.keys(KINDS);

/** The network that a description is of. */
function networkFrom(read: Reader, base: Params | undefined): Network {
  const make = Object.hasOwn(KINDS, read.kind) ? KINDS[read.kind] : undefined;
  if (!make)
    throw new InputError(
      `the description of a network must be of a kind ${kindNames.join(', ')}, got '${read.kind.slice(0, 40)}'`,
    );
  const network = make(read, base);
  read.end();
  return network;
}

/**
 * The network that a description is of.
 *
 * @param description - As JSON gives it.
 * @param base - Parameters underneath, for an update of low rank.
 * @returns The network.
 * @throws InputError that names what is wrong.
 */
export function describedNetwork(description: unknown, base?: Params): Network {
  return networkFrom(readerOf(description), base);
}
