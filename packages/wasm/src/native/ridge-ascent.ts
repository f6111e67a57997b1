import type { ExtraKernels } from '@advml/core/internal';
import { extraKernel, floats, pointer } from '../kernel.ts';
import { heapOf } from '../memory.ts';
import type { NativeTopic } from './native-topic.ts';

type Pieces = ExtraKernels['RidgeAscent']['settings']['attacked'];

/** Doubles that the module reports of an example: scale, progress, gradients, and whether one was zero. */
const REPORT = 4;

/**
 * Projected gradient ascent in l2 without a box on a sum of ridge functions: `assembly/ridge-ascent.ts`.
 */
export const ridgeAscent: NativeTopic = ({ exports }) => [
  extraKernel('RidgeAscent', ({ inputs, attrs, backend, run, make, scratch }) => {
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
    const pieces = (functions: readonly Pieces[]) => {
      const numbers = functions.flatMap(({ knots, slopes }) => [...knots, ...slopes]);
      const address = scratch(4 * numbers.length);
      new Float32Array(heapOf(backend).HEAPU8.buffer, address, numbers.length).set(numbers);
      return [address, functions[0].knots.length] as const;
    };
    const { attacked, followed } = attrs;
    if (followed.some(({ knots }) => knots.length !== followed[0].knots.length))
      throw new RangeError('RidgeAscent: functions that are followed must have as many knots as the first');
    const functions = [...pieces([attacked]), ...pieces(followed)] as const;
    const turn = Math.max(1, Math.floor(stepSizes.length / followed.length));
    const [u0, u, to] = [origin, start, q].map((info) => pointer(backend, info));
    for (let row = 0; row < n; row++) {
      const at = 4 * m * row;
      exports.ridgeAscent(
        ...([m, stepSizes.length, shares, radius[row], begun[row], sign[row], wantBest, earlyStop] as const),
        ...([u0 + at, u + at, pointer(backend, gram), pointer(backend, sums)] as const),
        ...functions,
        ...([turn, followed.length] as const),
        ...([to + at, reported, work] as const),
      );
      floats(backend, report).set(new Float64Array(heapOf(backend).HEAPU8.buffer, reported, REPORT), REPORT * row);
    }
    return [q, report];
  }),
];
