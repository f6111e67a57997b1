import {
  InputError,
  type Key,
  matrixNames,
  type Network,
  type NetworkDescription,
  type Params,
  trainable,
} from '@advml/core';
import { requireNames, requireSameTree } from '@advml/core/internal';
import { add, matMul, reshape, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';

/** Which parameters of a network an update is for. */
export interface UpdateOptions {
  /** Names of the weights that get an update. Default: all matrices and convolution kernels but the network's state. */
  readonly only?: readonly string[];
  /** Names of other parameters that are trained themselves, such as biases. Default: none. A network's state moves anyway. */
  readonly train?: readonly string[];
}

/** A network whose weights are those of another plus a product of two factors. */
export interface UpdatedNetwork extends Network {
  /**
   * The parameters of the network underneath, the update added.
   *
   * @param params - As `init` gives them.
   * @returns Parameters for the network underneath, owned by the caller.
   */
  merge(params: Params): Params;
}

/** What tells one kind of update from another. */
interface Factors {
  /** Name of the network. */
  readonly name: string;
  /** The network as plain data, where it is. Default: none. */
  describe?(weights: readonly string[], train: readonly string[]): NetworkDescription | undefined;
  /** Factors at the start, by name, owned by the caller. */
  init(key: Key): Params;
  /** Shapes of the factors. */
  readonly shapes: Readonly<Record<string, { readonly shape: number[] }>>;
  /** The right factor of a weight. */
  right(weight: string, params: Params): Tensor;
}

/** Names of the weights that get an update; the state of the network, which nothing trains, gets none. */
export function updatedWeights(network: Network, base: Params, only?: readonly string[]): readonly string[] {
  if (only !== undefined) requireNames('only', only, base, network.state);
  return matrixNames(trainable(network, base), only);
}

/** The network with `left right` added to the chosen weights. */
export function factored(
  network: Network,
  base: Params,
  { only, train = [] }: UpdateOptions,
  { name, describe, init, shapes, right }: Factors,
): UpdatedNetwork {
  const weights = updatedWeights(network, base, only);
  const { state = [] } = network;
  requireNames('train', train);
  const unfit = train.find((entry) => !Object.hasOwn(base, entry) || weights.includes(entry));
  if (unfit !== undefined) throw new InputError(`train must name parameters without an update, got '${unfit}'`);
  const own = [...new Set([...train, ...state])];
  const kept = Object.fromEntries(own.map((entry) => [entry, base[entry]]));
  const merged = (params: Params): Params => {
    requireSameTree('parameters', params, { ...kept, ...shapes });
    const updated = weights.map((weight) => {
      const update = matMul(params[`${weight}.left`] as Tensor2D, right(weight, params) as Tensor2D);
      return [weight, add(base[weight], reshape(update, base[weight].shape))] as const;
    });
    const asTheyAre = own.map((entry) => [entry, params[entry]] as const);
    return { ...base, ...Object.fromEntries([...asTheyAre, ...updated]) };
  };

  return Object.freeze<UpdatedNetwork>({
    name,
    inputShape: network.inputShape,
    output: network.output,
    state,
    parameters: { ...Object.fromEntries(own.map((entry) => [entry, { shape: base[entry].shape }])), ...shapes },
    describe: () => describe?.(weights, train),
    init: (key) => ({
      ...Object.fromEntries(own.map((entry) => [entry, base[entry].clone()])),
      ...init(key),
    }),
    apply: (params, x, mode) => tidy(() => network.apply(merged(params), x, mode)),
    merge: (params) =>
      tidy(() => Object.fromEntries(Object.entries(merged(params)).map(([entry, values]) => [entry, values.clone()]))),
  });
}
