import type { TensorInfo } from '@tensorflow/tfjs-core';
import { floats, kernel, pointer } from '../kernel.ts';
import { heapOf } from '../memory.ts';
import type { NativeTopic } from './native-topic.ts';

/** Tensors of `RidgeAscent`. */
interface Inputs {
  /** Preactivations at the inputs, [n, m]. */
  readonly origin: TensorInfo;
  /** Preactivations at the starts, [n, m]. */
  readonly start: TensorInfo;
  /** W W^T, [m, m]. */
  readonly gram: TensorInfo;
}

/** An odd, piecewise linear function: where its slope changes, and its slopes from 0 outwards. */
interface Pieces {
  readonly knots: readonly number[];
  readonly slopes: readonly number[];
}

/** Settings of `RidgeAscent`; arrays hold one number an example. */
interface Attributes {
  /** Length of each step, as a share of the radius. */
  readonly stepSizes: readonly number[];
  readonly radius: ArrayLike<number>;
  /** Sizes of the perturbations that the starts stand for. */
  readonly begun: ArrayLike<number>;
  /** 1 where the output is to rise, -1 where it is to fall. */
  readonly sign: ArrayLike<number>;
  /** Whether the iterate that came farthest is wanted, or else the last one. */
  readonly wantBest: boolean;
  /** Whether an example is left alone once its output has the sign it should get. */
  readonly earlyStop: boolean;
  /** The network that must be fooled. */
  readonly judged: Pieces;
  /** The network whose gradient is followed. */
  readonly climbed: Pieces;
}

/** Doubles that the module reports of an example: scale, progress, gradients, and whether one was zero. */
const REPORT = 4;

/**
 * Projected gradient ascent in l2 without a box on a sum of ridge functions: `assembly/ridge-ascent.ts`.
 *
 * Returns q [n, m] and a report [n, 4]: example i ends at scale_i delta_i + W^T q_i, where delta_i is the perturbation that
 * it started from; the report holds scale, sign * output there, gradients taken, and 1 where a gradient was zero.
 */
export const ridgeAscent: NativeTopic = ({ exports }) => [
  kernel<Inputs, Attributes>('RidgeAscent', ({ inputs, attrs, backend, run, make, scratch }) => {
    const { origin, start, gram } = inputs;
    const { stepSizes, radius, begun, sign, wantBest, earlyStop } = attrs;
    const [n, m] = origin.shape;
    if ([start, gram].some(({ shape }) => shape[1] !== m) || start.shape[0] !== n || gram.shape[0] !== m) {
      throw new RangeError(
        `RidgeAscent: needs origin and start [n, m] and gram [m, m], got [${origin.shape}], [${start.shape}], [${gram.shape}]`,
      );
    }
    const sums = run('Sum', { x: gram }, { axis: [0] });
    const [q, report] = [make([n, m]), make([n, REPORT])];
    const work = scratch(exports.ridgeAscentBytes(m));
    const reported = scratch(8 * REPORT);
    const shares = scratch(8 * stepSizes.length);
    new Float64Array(heapOf(backend).HEAPU8.buffer, shares, stepSizes.length).set(stepSizes);
    const pieces = ({ knots, slopes }: Pieces) => {
      const numbers = [...knots, ...slopes];
      const address = scratch(4 * numbers.length);
      new Float32Array(heapOf(backend).HEAPU8.buffer, address, numbers.length).set(numbers);
      return [address, knots.length] as const;
    };
    const functions = [...pieces(attrs.judged), ...pieces(attrs.climbed)] as const;
    const [u0, u, to] = [origin, start, q].map((info) => pointer(backend, info));
    for (let row = 0; row < n; row++) {
      const at = 4 * m * row;
      exports.ridgeAscent(
        ...([m, stepSizes.length, shares, radius[row], begun[row], sign[row], wantBest, earlyStop] as const),
        ...([u0 + at, u + at, pointer(backend, gram), pointer(backend, sums)] as const),
        ...functions,
        ...([to + at, reported, work] as const),
      );
      floats(backend, report).set(new Float64Array(heapOf(backend).HEAPU8.buffer, reported, REPORT), REPORT * row);
    }
    return [q, report];
  }),
];
