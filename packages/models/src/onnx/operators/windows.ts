import { InputError } from '@advml/core';
import { requireOnly } from '../graph/numbers.ts';
import type { Call } from '../graph/operator.ts';

/** What windows need to know of a call. */
export type Stated = Pick<Call, 'attributes' | 'label'>;

/** Windows along the axes of an image; each list has one number an axis. */
export interface Windows {
  /** Lengths of a window. */
  readonly sizes: readonly number[];
  /** Pixels from one window to the next. */
  readonly strides: readonly number[];
  /** Pixels from one entry of a window to the next. */
  readonly dilations: readonly number[];
  /** Rows of padding before the image. */
  readonly before: readonly number[];
  /** Rows of padding after it. */
  readonly after: readonly number[];
}

/** The length of a window with the gaps between its entries. */
export const reach = (size: number, dilation: number) => (size - 1) * dilation + 1;

/**
 * Whole numbers of an attribute, one an axis.
 *
 * @param call - The call.
 * @param name - Name of the attribute.
 * @param count - How many there must be.
 * @param least - The smallest allowed.
 * @param fallback - All of them where the attribute is left out.
 * @throws InputError that names the attribute.
 */
export function onePerAxis(
  { attributes, label }: Stated,
  name: string,
  count: number,
  least: number,
  fallback: number,
) {
  const values = attributes.ints(name) ?? Array<number>(count).fill(fallback);
  const fine = values.length === count && values.every((value) => Number.isSafeInteger(value) && value >= least);
  if (!fine)
    throw new InputError(`${label} must have ${name} of ${count} whole numbers >= ${least}, got ${values.join(', ')}`);
  return values;
}

/** The sizes of the windows of a call, and the padding that it states itself. */
export function statedWindows(call: Stated, sizes: readonly number[]): Windows {
  const count = sizes.length;
  const pads = onePerAxis(call, 'pads', 2 * count, 0, 0);
  return {
    sizes,
    strides: onePerAxis(call, 'strides', count, 1, 1),
    dilations: onePerAxis(call, 'dilations', count, 1, 1),
    before: pads.slice(0, count),
    after: pads.slice(count),
  };
}

/** Shares out padding evenly; what is left over goes after the image, or before it with `SAME_LOWER`. */
export function shared(total: number, lower: boolean): [before: number, after: number] {
  const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
  return lower ? [more, less] : [less, more];
}

/**
 * The windows of a convolution or pooling, with the padding that `auto_pad` asks for.
 *
 * @param call - The call.
 * @param sizes - Lengths of a window.
 * @param lengths - Lengths of the image, one an axis.
 * @throws InputError if an attribute is out of its range.
 */
export function windowsOf(call: Stated, sizes: readonly number[], lengths: readonly number[]): Windows {
  const stated = statedWindows(call, sizes);
  const mode = call.attributes.text('auto_pad') ?? 'NOTSET';
  if (mode === 'NOTSET') return stated;
  const none = sizes.map(() => 0);
  if (mode === 'VALID') return { ...stated, before: none, after: none };
  if (mode !== 'SAME_UPPER') requireOnly(call, 'auto_pad', mode, 'SAME_LOWER');
  const pads = lengths.map((length, axis) => {
    const [stride, window] = [stated.strides[axis], reach(sizes[axis], stated.dilations[axis])];
    return shared(Math.max((Math.ceil(length / stride) - 1) * stride + window - length, 0), mode === 'SAME_LOWER');
  });
  return { ...stated, before: pads.map(([before]) => before), after: pads.map(([, after]) => after) };
}

/**
 * How many windows there are along each axis.
 *
 * @param windows - The windows.
 * @param lengths - Lengths of the image.
 * @param call - The call.
 * @throws InputError if a window is larger than the padded image.
 */
export function countsOf(
  { sizes, strides, dilations, before, after }: Windows,
  lengths: readonly number[],
  call: Stated,
) {
  return lengths.map((length, axis) => {
    const rest = length + before[axis] + after[axis] - reach(sizes[axis], dilations[axis]);
    if (rest < 0)
      throw new InputError(
        `${call.label} must have windows no larger than the padded image, got ${sizes[axis]} over ${length}`,
      );
    return Math.floor(rest / strides[axis]) + 1;
  });
}
