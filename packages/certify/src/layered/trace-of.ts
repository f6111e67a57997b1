import type { Threat } from '@advml/core';
import type { CertifyTask } from '../certifier-of.ts';
import { graphOf, type Value } from './graph.ts';
import type { AffineImage } from './intervals.ts';
import { narrowLeading } from './leading.ts';
import { regionOf } from './region.ts';
import { requireSameOutput } from './require-same-output.ts';
import { biasesOf, imageOf, inputInterval, type Trace } from './trace.ts';

/** Narrows the intervals of one value, in place. */
export type Refine = (trace: Trace, at: number) => void | Promise<void>;

/** Numbers of the values that some bend or maximum looks at. */
function lookedAt(values: readonly Value[]): Set<number> {
  return new Set(values.flatMap(({ step, from }) => (step?.kind === 'bend' || step?.kind === 'max' ? [...from] : [])));
}

/**
 * Intervals of all values of a model over what a threat allows, step by step.
 *
 * The first affine steps are bounded together, by the dual norm; what follows by interval arithmetic.
 *
 * @param owner - The certifier, for messages.
 * @param threat - The threat.
 * @param task - The examples.
 * @param refine - Narrows further the intervals that a bend or a maximum looks at. Default: nothing.
 * @throws InputError if bounds cannot go through the model, its weights are not finite, or its steps give other outputs at the first example.
 */
export async function traceOf(owner: string, threat: Threat, task: CertifyTask, refine?: Refine): Promise<Trace> {
  const values = graphOf(owner, task.model, task.x.shape.slice(1));
  const bias = biasesOf(values);
  requireSameOutput(owner, values, bias, task);
  const x = task.x.dataSync<'float32'>();
  const inputs = values[0].size;
  const regions = task.radii.map((radius, at) => regionOf(threat, radius, x.subarray(at * inputs, (at + 1) * inputs)));
  const trace: Trace = {
    batch: task.radii.length,
    values,
    x,
    regions,
    bias,
    intervals: [inputInterval(x, regions, inputs)],
    scale: [],
  };
  const seen = lookedAt(values);
  for (let at = 1; at < values.length; at++) {
    const image = imageOf(values, at, trace.intervals, trace.bias[at]);
    trace.intervals[at] = image;
    trace.scale[at] = (image as Partial<AffineImage>).scale;
    if (!seen.has(at)) continue;
    if (values[at].leading) narrowLeading(trace, at);
    else await refine?.(trace, at);
  }
  return trace;
}
