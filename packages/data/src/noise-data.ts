import { type Batch, InputError, type Key, normalRows, uniformRows } from '@advml/core';
import { requireInteger, requireNonNegative, requireOptions } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type DataModel, requireIndices } from './data-model.ts';
import { drawClass, type LabelKind, labelTensor, requireLabelKind } from './labels.ts';

/** Gaussian entries with mean zero. */
export interface GaussianNoise {
  /** Which law this is. */
  readonly law: 'gaussian';
  /** Standard deviation of an entry, in input units. */
  readonly deviation: number;
}

/** Uniform entries. */
export interface UniformNoise {
  /** Which law this is. */
  readonly law: 'uniform';
  /** Smallest value, in input units. */
  readonly low: number;
  /** End of the range, in input units. */
  readonly high: number;
}

/** What {@link noiseData} takes. */
export interface NoiseDataOptions {
  /** Shape of one input, such as `[28, 28, 1]`. */
  readonly shape: readonly number[];
  /** Law of each entry. */
  readonly noise: GaussianNoise | UniformNoise;
  /** Number of classes. Default: 2. */
  readonly classes?: number;
  /** How labels are written. Default: `signs` for two classes. */
  readonly labels?: LabelKind;
}

/**
 * Inputs without any structure and labels that have nothing to do with them.
 *
 * What a network learns here it has memorized: on fresh examples no classifier is right more often than by chance.
 *
 * @param options - See {@link NoiseDataOptions}.
 * @returns A frozen model. It keeps no tensors.
 * @throws InputError if the shape, the law or the classes make no sense.
 * @example
 * ```ts
 * const images = noiseData({ shape: [28, 28, 1], noise: { law: 'uniform', low: 0, high: 1 }, classes: 10 });
 * const { x, y } = images.batch(key('noise', 0), 16); // [16, 28, 28, 1], [16] of 0..9
 * ```
 */
export function noiseData(options: NoiseDataOptions): DataModel<Batch> {
  requireOptions<NoiseDataOptions>('noiseData', options, { shape: true, noise: true, classes: true, labels: true });
  const { shape, noise, classes = 2, labels = classes === 2 ? 'signs' : 'classes' } = options;
  for (const length of shape) requireInteger({ 'length of an axis in shape': length }, 1);
  requireLabelKind(labels, classes);
  const draw = entries(noise);

  return Object.freeze<DataModel<Batch>>({
    batch(key, examples) {
      const keys = requireIndices(examples).map((index) => key.child(index));
      const noiseKeys = keys.map((own) => own.child('noise'));
      const drawn = keys.map((own) => drawClass(own.child('class'), classes));
      return { x: draw(noiseKeys, shape), y: labelTensor(drawn, labels) };
    },
  });
}

function entries(noise: NoiseDataOptions['noise']): (keys: readonly Key[], shape: readonly number[]) => Tensor {
  if (noise.law === 'gaussian') {
    requireOptions<GaussianNoise>('gaussian noise', noise, { law: true, deviation: true });
    requireNonNegative({ deviation: noise.deviation }, 'input units');
    return (keys, shape) => normalRows(keys, shape, noise.deviation);
  }
  if (noise.law === 'uniform') {
    requireOptions<UniformNoise>('uniform noise', noise, { law: true, low: true, high: true });
    const { low, high } = noise;
    if (!(low < high && Number.isFinite(high - low))) {
      throw new InputError(`uniform noise must have finite low < high, got low ${low} and high ${high}`);
    }
    return (keys, shape) => uniformRows(keys, shape, low, high);
  }
  throw new InputError(`law must be 'gaussian' or 'uniform', got ${(noise as NoiseDataOptions['noise']).law}`);
}
