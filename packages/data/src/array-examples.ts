import { type Batch, InputError } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import type { ExampleSet } from './example-set.ts';
import { putNumbers, putPlanes } from './put-numbers.ts';
import { requireAsMany, requireClasses, storedExamples } from './stored-examples.ts';

/** Numbers with a shape, such as `decodeSafetensors` and `decodeNpy` of `@advml/formats` give. */
export interface NumberArray {
  /** Type by its safetensors name; only `U8`, bytes, means something here. */
  readonly dtype: string;
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Entries, last axis fastest. */
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

/** What {@link arrayExamples} may be told. */
export interface ArrayExamplesOptions {
  /** Number of classes. Default: 10. */
  readonly classes?: number;
  /** Whether images are [n, channels, height, width], as PyTorch keeps them. Default: [n, height, width, channels]. */
  readonly channelsFirst?: boolean;
}

/**
 * Labelled inputs from arrays, as a set that makes tensors only where examples are taken.
 *
 * Bytes 0..255 become 0..1, other numbers are taken as they are. Images [n, height, width] get a channel, [n, height,
 * width, 1].
 *
 * @param arrays - `images`, [n, ...], and `labels`, [n] or [n, 1], the class of each; labels may be of any type of number.
 * @param options - See {@link ArrayExamplesOptions}.
 * @returns The examples in the order of the arrays; it keeps the images, and no tensors.
 * @throws InputError if an array is missing or of an unfit shape or type, the numbers of images and labels differ, an
 * input is not finite, or a label is no class.
 * @example
 * ```ts
 * const set = arrayExamples(decodeSafetensors(bytes).tensors); // a file with tensors 'images' and 'labels'
 * const own = arrayExamples({ images: decodeNpy(imageBytes), labels: decodeNpy(labelBytes) }, { classes: 3 });
 * ```
 */
export function arrayExamples(
  { images, labels }: Readonly<Record<string, NumberArray | undefined>>,
  options: ArrayExamplesOptions = {},
): ExampleSet<Batch> {
  requireOptions<ArrayExamplesOptions>('arrayExamples', options, { classes: true, channelsFirst: true });
  const { classes = 10, channelsFirst = false } = options;
  const [pixels, classOf] = [numbersOf('images', images), numbersOf('labels', labels)];
  const [count, ...axes] = pixels.shape;
  if (axes.length === 0 || (channelsFirst && axes.length !== 3)) {
    const wanted = channelsFirst ? '[n, channels, height, width]' : '[n, ...]';
    throw new InputError(`images must have shape ${wanted}, got [${pixels.shape}]`);
  }
  if (classOf.shape.length === 0 || classOf.shape.slice(1).some((length) => length !== 1))
    throw new InputError(`labels must have shape [n] or [n, 1], got [${classOf.shape}]`);
  requireAsMany(classOf.shape[0], count);
  requireClasses(classOf.data, classes);
  for (let at = 0; at < pixels.data.length; at++) {
    if (!Number.isFinite(Math.fround(pixels.data[at])))
      throw new InputError(`images must be finite, got ${pixels.data[at]} at entry ${at}`);
  }

  const scale = pixels.dtype === 'U8' ? 255 : 1;
  const size = axes.reduce((product, length) => product * length, 1);
  return storedExamples({
    shape: channelsFirst ? [axes[1], axes[2], axes[0]] : axes.length === 2 ? [...axes, 1] : axes,
    labels: classOf.data,
    put: (index, into) => {
      if (channelsFirst) putPlanes(pixels.data, index * size, axes[0], into, scale);
      else putNumbers(pixels.data, index * size, into, scale);
    },
  });
}

/** An array that was checked, its 64-bit integers as numbers. */
function numbersOf(name: string, array: NumberArray | undefined) {
  if (array === undefined) throw new InputError(`arrays must hold '${name}', got none of that name`);
  const { dtype, shape, data } = array;
  const count = shape.reduce((product, length) => product * length, 1);
  if (data.length !== count) {
    throw new InputError(`${name} of shape [${shape}] must have ${count} numbers, got ${data.length}`);
  }
  return { dtype, shape, data: isWide(data) ? Float64Array.from(data, Number) : data };
}

function isWide(data: NumberArray['data']): data is ArrayLike<bigint> {
  return typeof data[0] === 'bigint';
}
