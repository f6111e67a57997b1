import { cloneParams, InputError, mapParams, type Optimizer, type Params, type Schedule } from '@advml/core';
import { nest, requireInteger, requireOptions, requireSameTree, requireShare, subtree } from '@advml/core/internal';
import { add, mul, sub } from '@tensorflow/tfjs-core';
import { stepCount, stepOf } from './step-count.ts';

/** Keeps an average that goes a share of the way, in [0, 1], towards the weights after each step; changes no update. */
function averaging(pull: Schedule): Optimizer {
  return Object.freeze<Optimizer>({
    init: (params) => ({ ...nest('average', cloneParams(params)), step: stepCount(0) }),
    update(gradients, state, params) {
      const [before, step] = [subtree(state, 'average'), stepOf(state)];
      requireSameTree('average', before, params);
      const share = pull(step);
      const average = mapParams(before, (old, name) => {
        if (share === 0) return old.clone();
        const weight = add(params[name], gradients[name]);
        return share === 1 ? weight : add(old, mul(sub(weight, old), share));
      });
      return { updates: cloneParams(gradients), state: { ...nest('average', average), step: stepCount(step + 1) } };
    },
  });
}

/**
 * An exponential moving average of the weights, beside a training that it does not change.
 *
 * ```math
 * \bar w_{t+1} = d\, \bar w_t + (1 - d)\, w_{t+1}, \qquad \bar w_0 = w_0
 * ```
 *
 * The last part of a chain, where the updates are final. Its state is the average, as `average.NAME`, and the number of steps,
 * `step`; {@link averageOf} takes it out.
 *
 * @param decay - The share $d$ of the average that is kept at each step, in [0, 1]. Default: 0.999.
 * @returns An optimizer that passes the updates on.
 * @throws InputError if `decay` is outside [0, 1].
 * @example
 * ```ts
 * const optimizer = chain(momentum({ rate: 0.1 }), movingAverage(0.999));
 * ```
 * @see Polyak, Juditsky: Acceleration of Stochastic Approximation by Averaging, 1992; in the exponential form, as in
 * Tarvainen, Valpola: Mean Teachers are Better Role Models, 2017 (arXiv:1703.01780).
 */
export function movingAverage(decay = 0.999): Optimizer {
  requireShare({ decay });
  return averaging(() => 1 - decay);
}

/** When {@link stochasticWeightAveraging} counts the weights in. */
export interface StochasticWeightAveragingOptions {
  /** Number of steps after which the weights are first counted, at least 1. */
  readonly from: number;
  /** Number of steps between two countings, at least 1: an epoch, or a cycle of the learning rate. Default: 1. */
  readonly every?: number;
}

/**
 * Stochastic weight averaging: the plain mean of the weights at regular times, beside a training that it does not change.
 *
 * ```math
 * \bar w = \frac1n \sum_{k=0}^{n-1} w_{s + k c}
 * ```
 *
 * for the weights after $s$, $s + c$, $s + 2c$, ... steps; until then the average is the weights themselves. The paper trains at
 * a constant or cyclic rate from $s$ on. The last part of a chain; its state is that of {@link movingAverage}. A network with
 * running statistics needs new ones for the averaged weights: some steps forward in training mode.
 *
 * @param options - See {@link StochasticWeightAveragingOptions}.
 * @returns An optimizer that passes the updates on.
 * @throws InputError if `from` or `every` is not an integer >= 1.
 * @example
 * ```ts
 * const optimizer = chain(momentum({ rate: 0.05 }), stochasticWeightAveraging({ from: 7500, every: 100 }));
 * ```
 * @see Izmailov, Podoprikhin, Garipov, Vetrov, Wilson: Averaging Weights Leads to Wider Optima and Better Generalization, 2018
 * (arXiv:1803.05407), algorithm 1.
 */
export function stochasticWeightAveraging(options: StochasticWeightAveragingOptions): Optimizer {
  requireOptions<StochasticWeightAveragingOptions>('stochasticWeightAveraging', options, { from: true, every: true });
  const { from, every = 1 } = options;
  requireInteger({ from, every }, 1);
  return averaging((step) => {
    const since = step + 1 - from;
    if (since < 0) return 1;
    return since % every === 0 ? 1 / (since / every + 1) : 0;
  });
}

/**
 * The averaged weights out of the state of an optimizer that keeps some.
 *
 * @param state - State of a {@link movingAverage} or {@link stochasticWeightAveraging}, or of a chain with one of them.
 * @param params - The parameters in training; those that no optimizer sees, such as running statistics, are taken from here.
 * @returns A tree with the names of `params`, owned by the caller.
 * @throws InputError if no average is kept, or more than one, or if it is of other parameters.
 * @example
 * ```ts
 * const averaged = averageOf(trained.optimizer, trained.params); // trained by fit of '@advml/training'
 * const model = classifier(network, averaged);
 * ```
 */
export function averageOf(state: Params, params: Params): Params {
  const prefixes = new Set(Object.keys(state).flatMap((name) => name.match(/^(?:\d+\.)*average(?=\.)/) ?? []));
  if (prefixes.size !== 1)
    throw new InputError(
      `the optimizer's state must hold one average of the weights, got ${prefixes.size}; end its chain with movingAverage`,
    );
  const average = subtree(state, [...prefixes][0]);
  const averaged = Object.entries(params).filter(([name]) => Object.hasOwn(average, name));
  requireSameTree('the average', average, Object.fromEntries(averaged));
  return mapParams(params, (tensor, name) => (average[name] ?? tensor).clone());
}
