import { disposeParams, type Network, type Params } from '@advml/core';
import { keep, type Tensor } from '@tensorflow/tfjs-core';

/** See {@link followState}. */
interface Followed {
  /** The network to train for one step. */
  readonly network: Network;
  /** What its state came to, by name: empty if it was not applied in training mode. */
  readonly state: Params;
  /** Disposes the state. */
  end(): void;
}

/**
 * A network whose state follows what it sees in one step of training.
 *
 * However often an objective applies it in training mode, each time goes on from the state that the last one led to.
 *
 * @param network - Any; one without state is left as it is.
 * @returns The network for the step, and the state that it leads to.
 */
export function followState(network: Network): Followed {
  const state: Record<string, Tensor> = {};
  const end = () => disposeParams(state);
  if (!network.state?.length) return { network, state, end };
  const apply: Network['apply'] = (params, x, mode) => {
    if (!mode?.training) return network.apply(params, x, mode);
    const onState = (next: Params) => {
      for (const [name, value] of Object.entries(next)) {
        state[name]?.dispose();
        state[name] = keep(value.clone());
      }
      mode.onState?.(next);
    };
    return network.apply({ ...params, ...state }, x, { ...mode, onState });
  };
  return { network: { ...network, apply }, state, end };
}
