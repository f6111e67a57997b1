/**
 * Gradient transformations and schedules, and the usual optimizers as chains of them.
 *
 * @packageDocumentation
 */

// The usual optimizers
export {
  type AdamOptions,
  type AdamwOptions,
  adam,
  adamw,
  type MomentumOptions,
  momentum,
  nesterov,
  type Rate,
  sgd,
} from './recipes.ts';

// The parts they are made of
export { chain } from './chain.ts';
export { decayWeights } from './decay-weights.ts';
export { descend } from './descend.ts';
export { freeze } from './freeze.ts';
export { type AdamScaling, scaleByAdam } from './scale-by-adam.ts';
export { type FactorScaling, scaleFactors } from './scale-factors.ts';
export { type Only, stateless } from './stateless.ts';
export { type TraceOptions, trace } from './trace.ts';

// Averages of the weights
export {
  averageOf,
  movingAverage,
  type StochasticWeightAveragingOptions,
  stochasticWeightAveraging,
} from './average-weights.ts';

// The feature-purification paper
export { type BiasGrowth, growBias, growBiasLinearly, type LinearBiasGrowth } from './grow-bias.ts';
export { purificationRegularizer } from './purification-regularizer.ts';

// Schedules
export {
  constant,
  cosine,
  linear,
  type OneCycle,
  oneCycle,
  piecewise,
  type Ramp,
  type Trapezoid,
  trapezoid,
  warmup,
} from './schedules.ts';
