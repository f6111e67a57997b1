import { disposeParams, InputError, type Network, type Params } from '@advml/core';
import { requireNetwork } from '@advml/core/internal';

/**
 * The same network with some of its parameters held fast: they are parameters no longer.
 *
 * Training such a network computes no gradient for what does not move, where `freeze` of an optimizer computes it and
 * throws it away.
 *
 * @param network - Any network.
 * @param held - Values of some of its parameters; the caller keeps them alive as long as the network is used.
 * @returns A frozen network of the others.
 * @throws InputError, when it is initialized, if a name is not one of the network's parameters.
 * @example
 * ```ts
 * const whole = randomFeatures({ inputs: 1536, features: 3072 });
 * const { 'feature.weight': weight, 'feature.bias': bias, ...start } = whole.init(key('init', 0));
 * const secondLayer = withFixed(whole, { 'feature.weight': weight, 'feature.bias': bias }); // parameters as start
 * ```
 */
export function withFixed(network: Network, held: Params): Network {
  requireNetwork('withFixed', network);
  const isFree = (name: string) => !Object.hasOwn(held, name);
  return Object.freeze<Network>({
    name: network.name,
    inputShape: network.inputShape,
    output: network.output,
    state: network.state?.filter(isFree),
    parameters:
      network.parameters && Object.fromEntries(Object.entries(network.parameters).filter(([name]) => isFree(name))),
    init(key) {
      const all = network.init(key);
      const unknown = Object.keys(held).find((name) => !Object.hasOwn(all, name));
      const [fast, free] = [true, false].map((isHeld) =>
        Object.fromEntries(Object.entries(all).filter(([name]) => isFree(name) !== isHeld)),
      );
      disposeParams(fast);
      if (unknown === undefined) return free;
      disposeParams(free);
      throw new InputError(`'${unknown}' cannot be held: ${network.name} has ${Object.keys(all)}`);
    },
    apply: (params, x, mode) => network.apply({ ...params, ...held }, x, mode),
    ridges: (params) => network.ridges?.({ ...params, ...held }),
    nearRidges: (params) => network.nearRidges?.({ ...params, ...held }),
    steps: (params) => network.steps?.({ ...params, ...held }),
  });
}
