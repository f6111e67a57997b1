import { InputError } from '@advml/core';
import type { CertifyTask } from '../certifier-of.ts';
import type { Value } from './graph.ts';
import type { Interval } from './intervals.ts';
import { imageOf, type Trace } from './trace.ts';

/** What float32 may change of an output besides what the steps count, as a share of the largest one. */
const ROUNDING = 1e-3;

/**
 * Refuses steps that are not those of the model's function: at the first example both must give the same outputs, but for rounding.
 *
 * @param owner - The certifier, for messages.
 * @param values - The values of the steps.
 * @param bias - Their constants.
 * @param task - The examples and what the model gives.
 * @throws InputError if they differ there, or in the number of outputs.
 */
export function requireSameOutput(
  owner: string,
  values: readonly Value[],
  bias: Trace['bias'],
  task: CertifyTask,
): void {
  const outputs = task.output.rank === 1 ? 1 : (task.output.shape[1] as number);
  const { size } = values[values.length - 1];
  if (size !== outputs)
    throw new InputError(`the steps of the model must end in its ${outputs} outputs, got ${size} in their last value`);
  const point = Float64Array.from(task.x.dataSync().subarray(0, values[0].size));
  const intervals: Interval[] = [{ low: point, high: point }];
  for (let at = 1; at < values.length; at++) intervals[at] = imageOf(values, at, intervals, bias[at]);
  const { low, high } = intervals[values.length - 1];
  const output = task.output.dataSync<'float32'>().subarray(0, outputs);
  const slack = output.reduce((most, one) => Math.max(most, ROUNDING * Math.abs(one)), 0);
  const odd = output.findIndex((one, at) => {
    const around = slack + high[at] - low[at];
    return one < low[at] - around || one > high[at] + around;
  });
  if (odd >= 0)
    throw new InputError(
      `${owner} needs steps of the model's own function, got output ${odd} of the first example between ${low[odd]} and ${high[odd]} by its steps, and ${output[odd]} by the model`,
    );
}
