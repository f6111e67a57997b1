import { InputError } from '@advml/core';
import { type Tensor, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { axesOf } from '../graph/axes.ts';
import { needed, numbersOf, requireOnly } from '../graph/numbers.ts';
import { type Call, type Operator, plain } from '../graph/operator.ts';
import { indicesOf, multipliedAlong, picked } from './along.ts';

/** One axis that changes its length. */
interface Axis {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** A quotient in single precision, which decides ties as others do: 13 / 2.6 is 5, though the file's 2.6 is a little less. */
const over = (a: number, b: number) => Math.fround(a / b);

/** Where an entry of the result lies among those of the input, by `coordinate_transformation_mode`. */
function place(mode: string, { from, to, scale }: Axis, at: number, label: string): number {
  if (mode === 'half_pixel') return over(at + 0.5, scale) - 0.5;
  if (mode === 'asymmetric') return over(at, scale);
  if (mode === 'align_corners') return to === 1 ? 0 : over(at * (from - 1), to - 1);
  if (mode === 'pytorch_half_pixel') return to === 1 ? 0 : over(at + 0.5, scale) - 0.5;
  if (mode === 'half_pixel_symmetric') {
    const shift = (from / 2) * (1 - over(to, Math.fround(scale * from)));
    return shift + over(at + 0.5, scale) - 0.5;
  }
  throw new InputError(`${label} has coordinate_transformation_mode '${mode}', which is not supported`);
}

const ROUNDINGS: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Weight of an entry at a distance, by kind of interpolation. */
const linear = (distance: number) => Math.max(0, 1 - Math.abs(distance));
const cubic = (a: number) => (distance: number) => {
  const t = Math.abs(distance);
  if (t <= 1) return (a + 2) * t ** 3 - (a + 3) * t ** 2 + 1;
  return t < 2 ? a * (t ** 3 - 5 * t ** 2 + 8 * t - 4) : 0;
};

/** How entries of the input weigh in one of the result: those within the window of the interpolation. */
interface Interpolation {
  readonly weight: (distance: number) => number;
  /** How far the window reaches. */
  readonly radius: number;
  /** Whether the window widens when an axis gets shorter. */
  readonly antialias: boolean;
  /** Whether entries beyond the edge weigh nothing; otherwise the edge stands for them. */
  readonly excludeOutside: boolean;
}

/** The matrix of an interpolation along one axis, [to, from]. */
function matrixOf(axis: Axis, placeOf: (at: number) => number, how: Interpolation): Tensor2D {
  const { from, to, scale } = axis;
  const widening = how.antialias ? Math.max(1, 1 / scale) : 1;
  const radius = how.radius * widening;
  const entries = new Float64Array(to * from);
  for (let row = 0; row < to; row++) {
    const centre = placeOf(row);
    let total = 0;
    for (let at = Math.ceil(centre - radius); at <= centre + radius; at++) {
      const inside = Math.max(0, Math.min(from - 1, at));
      const weight = how.excludeOutside && inside !== at ? 0 : how.weight((at - centre) / widening);
      entries[row * from + inside] += weight;
      total += weight;
    }
    for (let at = 0; at < from; at++) entries[row * from + at] /= total;
  }
  return tensor2d(Float32Array.from(entries), [to, from]);
}

/** The axes that change, by `scales` or `sizes`. */
function changedAxes(
  x: Tensor,
  call: Call,
  scales: readonly number[] | undefined,
  sizes: readonly number[] | undefined,
): Axis[] {
  const given = call.attributes.ints('axes');
  const axes = given ? axesOf(given, x.rank, call.label) : x.shape.map((_, axis) => axis);
  if (given && axes.some((axis, at) => axis !== (given[at] + x.rank) % x.rank))
    throw new InputError(`${call.label} must have rising axes, got ${given.join(', ')}`);
  const numbers = sizes ?? needed(scales, call, 'scales or sizes');
  if (numbers.length !== axes.length || !numbers.every((number) => number > 0 && number < 2 ** 31))
    throw new InputError(`${call.label} must have ${axes.length} scales or sizes > 0, got ${numbers.join(', ')}`);
  return axes
    .map((axis, at) => {
      const from = x.shape[axis];
      const to = sizes ? sizes[at] : Math.floor(Math.fround(from * numbers[at]));
      if (to < 1)
        throw new InputError(`${call.label} must leave an entry of each axis, got scale ${numbers[at]} of ${from}`);
      return { axis, from, to, scale: sizes ? over(to, from) : numbers[at] };
    })
    .filter(({ from, to, scale }) => from !== to || scale !== 1);
}

const listed = (call: Call, index: number) => {
  const numbers = numbersOf(call, index);
  return numbers && numbers.length > 0 ? numbers : undefined;
};

/** How to compute one axis: entries picked, or a matrix. */
function resizedAlong(x: Tensor, axis: Axis, call: Call): Tensor {
  const { attributes, label } = call;
  const mode = attributes.text('mode') ?? 'nearest';
  const coordinates =
    attributes.text('coordinate_transformation_mode') ?? (call.opset < 11 ? 'asymmetric' : 'half_pixel');
  const placeOf = (at: number) => place(coordinates, axis, at, label);
  if (mode === 'nearest') {
    const before11 = axis.scale < 1 ? 'ceil' : 'floor'; // where the standard left it open, as onnxruntime has it
    const rounding = attributes.text('nearest_mode') ?? (call.opset < 11 ? before11 : 'round_prefer_floor');
    const round = needed(ROUNDINGS[rounding], call, 'a known nearest_mode');
    const within = (at: number) => Math.max(0, Math.min(axis.from - 1, at));
    return picked(
      x,
      axis.axis,
      indicesOf(axis.to, (at) => within(round(placeOf(at)))),
    );
  }
  if (mode !== 'cubic') requireOnly(call, 'mode', mode, 'linear');
  call.room([axis.to, axis.from]);
  const weight = mode === 'cubic' ? cubic(attributes.float('cubic_coeff_a') ?? -0.75) : linear;
  const antialias = attributes.int('antialias') === 1;
  const excludeOutside = attributes.int('exclude_outside') === 1;
  return multipliedAlong(
    x,
    axis.axis,
    matrixOf(axis, placeOf, { weight, radius: mode === 'cubic' ? 2 : 1, antialias, excludeOutside }),
  );
}

function resized(x: Tensor, call: Call, scales: readonly number[] | undefined, sizes?: readonly number[]): Tensor {
  const policy = call.attributes.text('keep_aspect_ratio_policy');
  requireOnly(call, 'keep_aspect_ratio_policy', policy, 'stretch');
  return changedAxes(x, call, scales, sizes).reduce((all, axis) => {
    call.room(all.shape.map((length, at) => (at === axis.axis ? axis.to : length)));
    return resizedAlong(all, axis, call);
  }, x);
}

/** Images of another size. */
export const resizing: Readonly<Record<string, Operator>> = {
  Resize: plain(
    'antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside extrapolation_value keep_aspect_ratio_policy mode nearest_mode',
    ([x], call) => resized(x, call, listed(call, call.opset < 11 ? 1 : 2), listed(call, 3)),
  ),
  Upsample: plain('mode', ([x], call) => resized(x, call, listed(call, 1))),
};
