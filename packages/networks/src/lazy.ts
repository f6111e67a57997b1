import { InputError, type Network, type Params } from '@advml/core';
import { nest, requireNetwork, requireOptions, requirePositive } from '@advml/core/internal';
import { mul, sub, tidy } from '@tensorflow/tfjs-core';
import { describedAround } from './described/described-around.ts';

/** What {@link lazy} takes. */
export interface LazyOptions {
  /** How much the output is scaled up: the larger it is, the less weights have to move. */
  readonly scale: number;
}

const INITIAL = 'initial.';

/**
 * A network in the lazy regime: its change since initialization, scaled up.
 *
 * ```math
 * f(x; w) = \alpha \bigl(F(x; w) - F(x; w_0)\bigr)
 * ```
 *
 * As the scale grows, weights need to move less and less, and training comes near that of the linearized network
 * `alpha <w - w_0, grad F(x; w_0)>`. Gradients in w grow with the scale, so a rate that is right without it is to be divided
 * by its square.
 *
 * Parameters: the network's own, and w_0 under the same names with `initial.` before them. Those are `state`, which training leaves as
 * they are, where the network tells the names of its parameters, as all of this package do; else hold them by {@link withFixed}.
 *
 * @param network - Any network.
 * @param options - See {@link LazyOptions}.
 * @returns A frozen network of the same kind, zero at its initialization.
 * @throws InputError if the scale is not positive and finite, or a parameter's name begins with `initial.` already; when applied, if
 * inputs or parameters do not fit.
 * @example
 * ```ts
 * const slow = lazy(mlp({ inputs: 4, hidden: [100], outputs: 'score' }), { scale: 1000 });
 * const params = slow.init(key('init', 0)); // layer1.weight, ..., initial.layer1.weight, ...
 * ```
 * @see Chizat, Oyallon, Bach: On Lazy Training in Differentiable Programming, 2019 (arXiv:1812.07956).
 */
export function lazy(network: Network, options: LazyOptions): Network {
  requireNetwork('lazy', network);
  requireOptions<LazyOptions>('lazy', options, { scale: true });
  const { scale } = options;
  requirePositive({ scale });
  const taken = Object.keys(network.parameters ?? {}).find((name) => name.startsWith(INITIAL));
  if (taken !== undefined)
    throw new InputError(
      `lazy keeps the first weights under '${INITIAL}', as parameter '${taken}' is called; rename it`,
    );
  const pick = (params: Params, initial: boolean): Params =>
    Object.fromEntries(
      Object.entries(params)
        .filter(([name]) => name.startsWith(INITIAL) === initial)
        .map(([name, tensor]) => [initial ? name.slice(INITIAL.length) : name, tensor]),
    );
  return Object.freeze<Network>({
    name: `lazy ${network.name}, scale ${scale}`,
    inputShape: network.inputShape,
    output: network.output,
    state: [...(network.state ?? []), ...Object.keys(nest('initial', network.parameters ?? {}))],
    parameters: network.parameters && { ...network.parameters, ...nest('initial', network.parameters) },
    describe: () => describedAround('lazy', network, { scale }),
    init(key) {
      const params = network.init(key);
      const initial = Object.entries(params).map(([name, tensor]) => [`${INITIAL}${name}`, tensor.clone()]);
      return { ...params, ...Object.fromEntries(initial) };
    },
    apply: (params, x, mode = {}) =>
      tidy(() => {
        const now = network.apply(pick(params, false), x, mode);
        const before = network.apply(pick(params, true), x, { ...mode, onState: undefined });
        return mul(sub(now, before), scale);
      }),
  });
}
