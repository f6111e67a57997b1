import type { AffineStep, StrictNorm, Threat } from '@advml/core';
import { requireOptions, requireStrictNorm, requireThreat, yieldToEventLoop } from '@advml/core/internal';
import type { CertifyTask } from '../certifier-of.ts';
import type { Value } from './graph.ts';
import { INTERVALS } from './interval-bound.ts';
import { asBatch, numbersFrom } from './intervals.ts';
import { type LayeredCertifier, layeredCertifier } from './layered-certifier.ts';
import { leastInParts } from './least-in-parts.ts';
import { marginForms } from './margins.ts';
import { operatorNorm } from './operator-norm.ts';
import { DOUBLE, FEW, gamma } from './rounding.ts';
import { traceOf } from './trace-of.ts';

/** What {@link lipschitzBound} takes. */
export interface LipschitzBoundOptions {
  /** The perturbations that it speaks of: l1, l2 or linf of a finite radius. Box and mask only lose what they forbid. */
  readonly threat: Threat;
}

type NormName = StrictNorm['name'];

/** How many windows an entry is in, at most. */
function overlap(windows: Int32Array): number {
  const counts = new Map<number, number>();
  let most = 0;
  for (const entry of windows) {
    if (entry < 0) continue;
    const count = (counts.get(entry) ?? 0) + 1;
    counts.set(entry, count);
    most = Math.max(most, count);
  }
  return most;
}

/** A constant that is no less than products of smaller ones, which may underflow in double precision. */
const TINY = 1e-300;

/** How far each value can move, as a multiple of how far the input moves, in one norm. */
function constantsOf(values: readonly Value[], norm: NormName): number[] {
  const constants = [1];
  for (const { step, from } of values.slice(1)) {
    const before = from.map((value) => constants[value]);
    const [first] = from;
    if (step?.kind === 'affine') constants.push(before[0] * operatorNorm(step, values[first].shape, norm));
    else if (step?.kind === 'bend') constants.push(before[0] * Math.max(...step.pieces.slopes.map(Math.abs)));
    else if (step?.kind === 'max') {
      const shares = overlap(step.windows);
      constants.push(before[0] * { l1: shares, l2: Math.sqrt(shares), linf: 1 }[norm]);
    } else constants.push(before.reduce((sum, one) => sum + one, 0));
  }
  return constants.map((constant) => Math.max(constant * (1 + FEW * values.length), TINY));
}

/** The largest absolute value of each row. */
function largestOf(rows: Float64Array, size: number): Float64Array {
  const sizes = new Float64Array(rows.length / size);
  for (let at = 0; at < rows.length; at++) {
    const row = Math.floor(at / size);
    sizes[row] = Math.max(sizes[row], Math.abs(rows[at]));
  }
  return sizes;
}

/** The dual norm of each row. */
function dualSizes(rows: Float64Array, size: number, norm: NormName): Float64Array {
  const largest = largestOf(rows, size);
  if (norm === 'l1') return largest;
  const sums = new Float64Array(largest.length);
  for (let at = 0; at < rows.length; at++) {
    const row = Math.floor(at / size);
    const share = Math.abs(rows[at]) / (largest[row] || 1); // so that no square underflows
    sums[row] += norm === 'l2' ? share * share : share;
  }
  return largest.map((scale, row) => scale * (norm === 'l2' ? Math.sqrt(sums[row]) : sums[row]));
}

/** Coefficients on their way back, and sums of the absolute products that they are rounded sums of. */
interface Coefficients {
  readonly signed: Float64Array;
  readonly absolute: Float64Array;
}

const plus = (there: Coefficients | undefined, more: Coefficients): Coefficients =>
  there
    ? {
        signed: there.signed.map((one, at) => one + more.signed[at]),
        absolute: there.absolute.map((one, at) => one + more.absolute[at]),
      }
    : more;

/** A share of a row's largest coefficient: float32 loses of products with smaller ones no more than of products with it. */
const FLOOR = 2 ** -100;

/** Back through an affine step in float32, each row as a multiple of its largest entry, so that it does not underflow. */
function throughAffine(step: AffineStep, { signed, absolute }: Coefficients, size: number): Coefficients {
  const scales = largestOf(absolute, size).map((scale) => scale || 1);
  const through = (map: AffineStep['map'], rows: Float64Array, floor: number) => {
    const shares = Float32Array.from(rows, (one, at) => {
      const share = one / scales[Math.floor(at / size)];
      return floor > 0 ? Math.max(share, floor) : share;
    });
    const back = numbersFrom(() => map.transpose(asBatch(shares, step.shape)));
    const within = back.length / scales.length;
    return Float64Array.from(back, (one, at) => (one + step.terms * floor) * scales[Math.floor(at / within)]);
  };
  return {
    signed: through(step.map, signed, 0),
    absolute: through(step.absolute, absolute, FLOOR),
  };
}

/**
 * The Lipschitz constants of linear functions of the output: back through the last affine steps together, then by the constants of
 * the values that these start from.
 */
function constantsOfForms(
  values: readonly Value[],
  constants: readonly number[],
  coefficients: Float64Array,
  norm: NormName,
): Float64Array {
  const last = values.length - 1;
  const total = new Float64Array(coefficients.length / values[last].size);
  const pending: (Coefficients | undefined)[] = [];
  pending[last] = { signed: coefficients, absolute: coefficients.map(Math.abs) };
  let lost = gamma(2);
  for (let at = last; at >= 0; at--) {
    const { step, from, size } = values[at];
    const arrived = pending[at];
    if (!arrived) continue;
    if (step?.kind === 'affine') {
      pending[from[0]] = plus(pending[from[0]], throughAffine(step, arrived, size));
      lost += gamma(2 * step.terms + 6);
    } else if (step?.kind === 'sum') {
      for (const value of from) pending[value] = plus(pending[value], arrived);
    } else {
      const [signed, absolute] = [arrived.signed, arrived.absolute].map((rows) => dualSizes(rows, size, norm));
      for (let row = 0; row < total.length; row++)
        total[row] += constants[at] * (signed[row] + 2 * lost * absolute[row]) * (1 + DOUBLE);
    }
  }
  return total;
}

/**
 * The Lipschitz bound: no margin falls faster than the product of the layers' norms.
 *
 * ```math
 * m(x') \ge m(x) - \varepsilon\, L, \qquad L = \|c^\top W_L\|_* \prod_{l < L} \|W_l\| \cdot \text{(slopes)}
 * ```
 *
 * The last affine layers are joined with the margin; a residual sum adds the constants of its branches; max pooling counts how many
 * windows an entry is in. In l1 and linf a layer's norm is the largest column or row of absolute values. In l2 power iteration would
 * give less than the norm, which proves nothing; it is bounded from above by a Schatten norm of order 1024, within 1% of the
 * largest singular value. A convolution is bounded at the frequencies of a torus: with random filters of 3 x 3 the bound was 1.003 to
 * 1.012 times the norm on 28 x 28 and 14 x 14 pixels, 1.04 times on 7 x 7, and with strides of 2 it was 1.3 to 1.9 times.
 * One number serves all examples, so it is cheap. It is mostly looser than {@link crown}, but not always: layers whose singular values
 * are nearly equal, such as orthogonal ones, lose little in a product of norms.
 *
 * Rounding: the margin at x is bounded as {@link intervalBound} does at radius 0; norms of matrices count what float32 loses of each
 * product, $`\gamma_n`$ of the Frobenius norms of its factors.
 *
 * @param options - See {@link LipschitzBoundOptions}.
 * @returns A certifier.
 * @throws InputError if the threat is none or infinite; when used, if the model does not tell its layers, or one of them is such
 * that bounds cannot go through it, or its weights are not finite.
 * @example
 * ```ts
 * const certify = lipschitzBound({ threat: ball(l2, 0.1) });
 * const { bound } = await certify(classifier(network, params), x, y);
 * ```
 * @see Szegedy, Zaremba, Sutskever, Bruna, Erhan, Goodfellow, Fergus: Intriguing properties of neural networks, 2013
 * (arXiv:1312.6199), section 4.3; Tsuzuku, Sato, Sugiyama: Lipschitz-Margin Training, 2018 (arXiv:1802.04034).
 */
export function lipschitzBound(options: LipschitzBoundOptions): LayeredCertifier {
  requireOptions<LipschitzBoundOptions>('lipschitzBound', options, { threat: true });
  const { threat } = options;
  requireThreat('lipschitzBound', threat);
  const { norm } = threat;
  requireStrictNorm('lipschitzBound', norm, 'take l1');
  return layeredCertifier({
    owner: 'lipschitzBound',
    label: 'Lipschitz',
    threat,
    batchSize: 1024,
    async bound(task: CertifyTask) {
      const still = await traceOf('lipschitzBound', threat, { ...task, radii: task.radii.map(() => 0) });
      const { values } = still;
      const last = values.length - 1;
      const outputs = values[last].size;
      const pause = () => yieldToEventLoop(task.signal, 'Lipschitz');
      const margins = await leastInParts(still, marginForms(last, task.labels, outputs), INTERVALS, pause);
      const each = Math.max(outputs - 1, 1);
      const before = constantsOf(values, norm.name);
      const constants = new Map<number, Float64Array>();
      for (const label of new Set(Array.from(task.labels))) {
        const { coefficients } = marginForms(last, [label], outputs).of([...Array(each).keys()]);
        constants.set(label, constantsOfForms(values, before, coefficients, norm.name));
      }
      return margins.map((margin, row) => {
        const example = Math.floor(row / each);
        const constant = (constants.get(task.labels[example]) as Float64Array)[row % each];
        return margin - task.radii[example] * constant * (1 + DOUBLE);
      });
    },
  });
}
