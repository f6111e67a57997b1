import { type AffineStep, InputError, type Threat } from '@advml/core';
import {
  abs,
  add,
  cast,
  eye,
  max,
  mul,
  neg,
  norm,
  oneHot,
  relu,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { type SoftRange, softLines } from './soft-bend.ts';

/** The margins as linear functions of the output: [batch, classes, classes] (all 0 for the label), or [batch, 1, 1] for scores. */
function marginRows(y: Tensor1D, outputs: number): Tensor {
  const [batch] = y.shape;
  if (outputs === 1) return reshape(y, [batch, 1, 1]);
  const own = reshape(oneHot(cast(y, 'int32'), outputs), [batch, 1, outputs]);
  const each = reshape(eye(outputs), [1, outputs, outputs]);
  return sub(own, each);
}

/** What the bound of one pass back is made of. */
export interface Way {
  readonly values: readonly Value[];
  readonly ranges: readonly SoftRange[];
  readonly threat: Threat;
  /** The inputs. */
  readonly x: Tensor;
  readonly eps: number;
  /** Whether bends are replaced by lines, so that the way goes on to the input; else by their ranges. */
  readonly lines: boolean;
}

/** Rows [batch, rows, ...shape] as a batch of their own. */
const flat = (rows: Tensor) => reshape(rows, [-1, ...rows.shape.slice(2)]);

/** Sums over all but the first two axes. */
const total = (rows: Tensor): Tensor => sum(reshape(rows, [rows.shape[0], rows.shape[1] as number, -1]), 2);

/** Something [batch, ...shape] against rows [batch, rows, ...shape]. */
const beside = (value: Tensor) => reshape(value, [value.shape[0], 1, ...value.shape.slice(1)]);

/** The least value of rows over a range of each entry. */
function leastOver(rows: Tensor, { low, high }: SoftRange): Tensor {
  const [middle, radius] = [mul(add(low, high), 0.5), mul(sub(high, low), 0.5)];
  return total(sub(mul(rows, beside(middle)), mul(abs(rows), beside(radius))));
}

/** The least value of rows over the threat: exact in linf, and in l1 and l2 without a box. */
function leastOverThreat({ threat, ranges, x, eps, values: [{ size, shape }] }: Way, rows: Tensor): Tensor {
  if (threat.norm.name === 'linf') return leastOver(rows, ranges[0]);
  const moving = threat.mask?.map(Number) ?? Array<number>(size).fill(1);
  const slopes = reshape(mul(rows, reshape(moving, [1, 1, ...shape])), [rows.shape[0], rows.shape[1] as number, size]);
  const dual = threat.norm.name === 'l1' ? max(abs(slopes), 2) : norm(add(slopes, 1e-12), 2, 2);
  return sub(total(mul(rows, beside(x))), mul(dual, eps));
}

/**
 * Lower bounds of the margins, differentiable in what the steps are made of.
 *
 * @param way - The network, its ranges, and what stands for bends.
 * @param y - Labels [batch].
 * @returns [batch, classes], 0 for the label, or [batch, 1] for scores.
 */
export function softMargins(way: Way, y: Tensor1D): Tensor {
  const { values, ranges, lines } = way;
  const last = values.length - 1;
  const start = marginRows(y, values[last].size);
  const pending: (Tensor | undefined)[] = [];
  pending[last] = reshape(start, [...start.shape.slice(0, 2), ...values[last].shape]);
  let bound: Tensor = zeros(start.shape.slice(0, 2));
  const arrive = (at: number, rows: Tensor) => {
    const there = pending[at];
    pending[at] = there ? add(there, rows) : rows;
  };
  for (let at = last; at >= 0; at--) {
    const rows = pending[at];
    if (!rows) continue;
    const { step, from } = values[at];
    const [first] = from;
    if (step?.kind === 'affine') {
      if (step.bias) bound = add(bound, total(mul(rows, step.bias())));
      arrive(first, transposed(step, rows, values[first].shape));
    } else if (step?.kind === 'sum') for (const value of from) arrive(value, rows);
    else if (!step) bound = add(bound, leastOverThreat(way, rows));
    else if (!lines) bound = add(bound, leastOver(rows, ranges[at]));
    else if (step.kind === 'bend') {
      const [below, above] = ([1, -1] as const).map((side) => softLines(step.pieces, ranges[first], side));
      const [up, down] = [relu(rows), neg(relu(neg(rows)))];
      const constants = add(mul(up, beside(below.constant)), mul(down, beside(above.constant)));
      bound = add(bound, total(constants));
      arrive(first, add(mul(up, beside(below.slope)), mul(down, beside(above.slope))));
    } else
      throw new InputError(
        `CROWN-IBP does not train max pooling (layer '${step.name}'); use intervalOutputs, average pooling or strides`,
      );
  }
  return bound;
}

function transposed({ map }: AffineStep, rows: Tensor, input: readonly number[]): Tensor {
  const back = map.transpose(flat(rows));
  return reshape(back, [rows.shape[0], rows.shape[1] as number, ...input]);
}
