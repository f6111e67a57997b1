// A job for `dataParallel` whose network has state.
import { key, type Network } from '@advml/core';
import { add, mean, mul, scalar, sub, sum, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { cleanObjective } from '../src/index.ts';
import type { ParallelJob } from '../src/workers.ts';
import { scored } from './models.ts';

/** Share of the running mean that a step keeps. */
export const KEPT = 0.75;

/** The score `<w, x - m>`, where m is the mean of the batch, or in evaluation the running mean of those. */
const network: Network = {
  name: 'centred linear 3',
  inputShape: [3],
  output: 'score',
  state: ['running_mean'],
  init: () => ({ weight: tensor1d([1, -1, 0.5]), running_mean: tensor1d([0, 0, 0]), gain: scalar(1) }),
  apply: ({ weight, running_mean, gain }, x, mode) =>
    tidy(() => {
      const centre = mode?.training ? mean(x, 0) : running_mean;
      if (mode?.training) mode.onState?.({ running_mean: add(mul(running_mean, KEPT), mul(centre, 1 - KEPT)) });
      return mul(sum(mul(sub(x, centre), weight), 1), gain);
    }),
};

export default (): ParallelJob => ({
  network,
  objective: cleanObjective(),
  batches: (step) => scored(key('data', step), 4, 3),
  key: key('run', 0),
});
