import { type AffineStep, InputError, type Threat } from '@advml/core';
import {
  abs,
  add,
  clipByValue,
  div,
  eye,
  max,
  mul,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { bentRange, type SoftRange } from './soft-bend.ts';

/** Where 1 stands for entries of the input that may change, [1, ...shape]. */
function free({ mask }: Threat, { shape, size }: Value): Tensor {
  return tensor(
    Float32Array.from({ length: size }, (_, at) => (mask && !mask[at] ? 0 : 1)),
    [1, ...shape],
  );
}

/** Ranges of the inputs' entries. */
function inputRange(threat: Threat, x: Tensor, eps: number, input: Value): SoftRange {
  const reach = mul(free(threat, input), eps);
  const { low = -Infinity, high = Infinity } = threat.box ?? {};
  return { low: clipByValue(sub(x, reach), low, high), high: clipByValue(add(x, reach), low, high) };
}

/** A range through an affine step. */
function affineRange({ map, absolute, bias }: AffineStep, { low, high }: SoftRange): SoftRange {
  const middle = map.apply(mul(add(low, high), 0.5));
  const centre = bias ? add(middle, bias()) : middle;
  const radius = absolute.apply(mul(sub(high, low), 0.5));
  return { low: sub(centre, radius), high: add(centre, radius) };
}

/** Dual norms of the rows of a matrix that is given transposed, [in, ...shape]. */
function dualNorms(columns: Tensor, { norm: { name } }: Threat): Tensor {
  if (name === 'linf') return sum(abs(columns), 0);
  if (name === 'l1') return max(abs(columns), 0);
  const largest = add(max(abs(columns), 0), 1e-30);
  return mul(largest, sqrt(add(sum(square(div(columns, largest)), 0), 1e-30))); // the gradient of a row of zeros is 0
}

/** The most entries of an input of which all unit inputs, together 1 GB, are pushed through at a time. */
const MOST = 2 ** 14;

/** What the first affine steps do to the inputs themselves and to unit inputs: those that bound the ball together. */
interface Leading {
  readonly centre: Tensor;
  readonly units: Tensor;
}

/**
 * Ranges of all values, differentiable in what the steps are made of.
 *
 * In l1 and l2 the first affine steps together are bounded by the dual norm, without the box; all else is interval arithmetic.
 *
 * @param values - The network.
 * @param threat - The threat.
 * @param x - Inputs [batch, ...].
 * @param eps - Radius.
 * @throws InputError if inputs have too many entries for that.
 */
export function softRanges(values: readonly Value[], threat: Threat, x: Tensor, eps: number): readonly SoftRange[] {
  const [input] = values;
  const ranges: SoftRange[] = [inputRange(threat, x, eps, input)];
  const byNorm = threat.norm.name !== 'linf';
  if (byNorm && input.size > MOST)
    throw new InputError(
      `worst outputs in ${threat.norm.name} push a unit input for each entry: at most ${MOST} entries, got ${input.size}; take linf or smaller inputs`,
    );
  const leading: Leading[] = byNorm
    ? [{ centre: x, units: mul(reshape(eye(input.size), [input.size, ...input.shape]), free(threat, input)) }]
    : [];
  for (const [at, { step, from, leading: isLeading }] of values.entries()) {
    if (!step) continue;
    const [first] = from;
    if (byNorm && isLeading) {
      const parts = from.map((value) => leading[value]);
      leading[at] = step.kind === 'affine' ? through(step, parts[0]) : parts.reduce(together);
      const reach = mul(dualNorms(leading[at].units, threat), eps);
      ranges[at] = { low: sub(leading[at].centre, reach), high: add(leading[at].centre, reach) };
    } else if (step.kind === 'affine') ranges[at] = affineRange(step, ranges[first]);
    else if (step.kind === 'bend') ranges[at] = bentRange(step.pieces, ranges[first]);
    else if (step.kind === 'max')
      ranges[at] = { low: step.apply(ranges[first].low), high: step.apply(ranges[first].high) };
    else {
      const ends = (pick: (range: SoftRange) => Tensor) =>
        from.map((value) => pick(ranges[value])).reduce((a, b) => add(a, b));
      ranges[at] = { low: ends(({ low }) => low), high: ends(({ high }) => high) };
    }
  }
  return ranges;
}

function through({ map, bias }: AffineStep, { centre, units }: Leading): Leading {
  const middle = map.apply(centre);
  return { centre: bias ? add(middle, bias()) : middle, units: map.apply(units) };
}

const together = (a: Leading, b: Leading): Leading => ({
  centre: add(a.centre, b.centre),
  units: add(a.units, b.units),
});
