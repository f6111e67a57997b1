import { InputError, type Network, type Shaped } from '@advml/core';
import { type CnnOptions, cnn, mlp, type NormKind, resnet, symmetricTwoLayer } from '@advml/networks';

/** Shapes of weights by name. */
type Shapes = Readonly<Record<string, Shaped>>;

const axis = (params: Shapes, name: string, at: number): number => {
  const length = params[name]?.shape[at];
  if (length === undefined)
    throw new InputError(`the weights hold no '${name}'; they hold ${Object.keys(params).join(', ')}`);
  return length;
};

/** How many outputs: a single one is a score. */
const outputsOf = (count: number) => (count === 1 ? 'score' : count);

/** Lengths of an axis of `PREFIX1.weight`, `PREFIX2.weight` and so on. */
function lengths(params: Shapes, prefix: string, at: number): readonly number[] {
  const count = Object.keys(params).filter((name) => new RegExp(`^${prefix}\\d+\\.weight$`).test(name)).length;
  return Array.from({ length: count }, (_, layer) => axis(params, `${prefix}${layer + 1}.weight`, at));
}

const normOf = (params: Shapes): NormKind => {
  if ('norm1.running_mean' in params) return 'batch';
  return 'norm1.weight' in params ? 'group' : 'none';
};

/** What weights do not tell of a network for images. */
export interface ImageNetworkShape {
  /** Strides of a CNN's convolutions, or of a ResNet's first one. */
  readonly strides?: readonly number[];
  /** Pooling after each convolution of a CNN. */
  readonly pooling?: CnnOptions['pooling'];
}

/** Networks by name, their sizes read off their parameters and the shape of the inputs; what these do not tell, as by default. */
const NETWORKS: Readonly<
  Record<string, (params: Shapes, inputs: readonly number[], shape: ImageNetworkShape) => Network>
> = {
  mlp: (params, inputs) => {
    const outs = lengths(params, 'layer', 0);
    const [wanted, given] = [axis(params, 'layer1.weight', 1), inputs.reduce((product, length) => product * length, 1)];
    if (wanted !== given)
      throw new InputError(`the first layer takes ${wanted} numbers, an input of shape [${inputs}] has ${given}`);
    return mlp({
      inputs,
      hidden: outs.slice(0, -1),
      outputs: outputsOf(outs[outs.length - 1]),
    });
  },
  cnn: (params, inputs, shape) => {
    const outs = lengths(params, 'dense', 0);
    return cnn({
      inputs,
      filters: lengths(params, 'conv', 0),
      sizes: lengths(params, 'conv', 2),
      ...shape,
      hidden: outs.slice(0, -1),
      outputs: outputsOf(axis(params, `dense${outs.length}.weight`, 0)),
      norm: normOf(params),
    });
  },
  resnet: (params, inputs, { strides: [stride, ...more] = [1], pooling }) => {
    if (more.length > 0 || pooling !== undefined)
      throw new InputError('a resnet takes one stride, that of its first convolution, and no pooling');
    const blocks = Object.keys(params).filter((name) => /^block\d+\.body\.conv1\.weight$/.test(name)).length;
    const stages = Array.from({ length: blocks }, (_, at) => params[`block${at + 1}.shortcut.conv.weight`]).filter(
      Boolean,
    );
    const filters = [axis(params, 'conv1.weight', 0), ...stages.map(({ shape }) => shape[0])];
    return resnet({
      inputs,
      filters,
      stride,
      blocks: blocks / filters.length,
      outputs: outputsOf(axis(params, 'dense.weight', 0)),
      norm: normOf(params),
    });
  },
  'symmetric-two-layer': (params) => {
    const [neurons, inputs] = [0, 1].map((at) => axis(params, 'weight', at));
    return symmetricTwoLayer({ inputs, neurons, initialDeviation: 1 });
  },
};

/** The names that {@link networkNamed} knows. */
export const networkNames = Object.keys(NETWORKS);

/**
 * A network from its name and the shapes of its parameters.
 *
 * @param name - One of {@link networkNames}.
 * @param params - Its parameters; only their shapes are read.
 * @param inputs - Shape of one input, without the batch axis.
 * @param shape - What the weights of a network for images do not tell.
 * @returns The network.
 * @throws InputError if the name is unknown, the parameters are not that network's, or the shape is of another kind of network.
 */
export function networkNamed(
  name: string,
  params: Shapes,
  inputs: readonly number[],
  shape: ImageNetworkShape = {},
): Network {
  const make = Object.hasOwn(NETWORKS, name) ? NETWORKS[name] : undefined;
  if (!make) throw new InputError(`--network must be one of ${networkNames.join(', ')}, got '${name}'`);
  const told = Object.keys(shape);
  if (!['cnn', 'resnet'].includes(name) && told.length > 0)
    throw new InputError(`--${told[0]} belongs to --network cnn or resnet, got '${name}'`);
  return make(params, inputs, shape);
}
