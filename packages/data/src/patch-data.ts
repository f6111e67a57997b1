import { type Batch, type Classifier, InputError, type Key } from '@advml/core';
import {
  type OptionNames,
  requireInteger,
  requireNonNegative,
  requireOptions,
  requirePositive,
  requireShape,
} from '@advml/core/internal';
import { matMul, max, reshape, sum, type Tensor, type Tensor2D, tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type DataModel, requireIndices } from './data-model.ts';
import { gaussianRows } from './gaussian-rows.ts';
import { drawClass, labelTensor, requireLabelKind } from './labels.ts';
import { orthonormalRows } from './orthonormal-rows.ts';
import { permutation } from './permutation.ts';

/** How a kind of feature shows itself in an example of {@link patchData}. */
export interface PatchFeature {
  /** In how many patches of an example it is. */
  readonly patches: number;
  /** Its size in each of them, in input units. */
  readonly size: number;
}

/** What {@link patchData} takes. */
export interface PatchDataOptions {
  /** Number of inputs of a patch, d; at least twice the number of classes. */
  readonly dimension: number;
  /** Number of patches of an example, P. */
  readonly patches: number;
  /** Number of classes, k. Default: 2. */
  readonly classes?: number;
  /** The features that an attacker can hardly hide: large, in few patches. */
  readonly robust: PatchFeature;
  /** Those that it can: small, in many patches. */
  readonly nonRobust: PatchFeature;
  /** Standard deviation of the noise on every input, in input units. Default: 0. */
  readonly deviation?: number;
  /** Decides the directions of the features. */
  readonly key: Key;
}

const OPTIONS: OptionNames<PatchDataOptions> = {
  dimension: true,
  patches: true,
  classes: true,
  robust: true,
  nonRobust: true,
  deviation: true,
  key: true,
};

/** Examples of {@link patchData}, with what is in their patches. */
export interface PatchBatch extends Batch {
  /** What each patch holds, [batch, P] one after the other: 1 the robust feature, -1 the other one, 0 noise. */
  readonly held: Int8Array;
}

/** Patches with features of two kinds; see {@link patchData}. */
export interface PatchData extends DataModel<PatchBatch> {
  /** Number of inputs of a patch, d. */
  readonly dimension: number;
  /** Number of patches, P. */
  readonly patches: number;
  /** Number of classes, k. */
  readonly classes: number;
  /** Patches and size of robust features. */
  readonly robust: PatchFeature;
  /** The same of the others. */
  readonly nonRobust: PatchFeature;
  /** Standard deviation of the noise on every input, in input units. */
  readonly deviation: number;
  /** Unit directions u of the robust features, class after class, [k, d]. Not to be written to. */
  readonly robustFeatures: Float32Array;
  /** Unit directions v of the others, class after class, [k, d], at right angles to all else. Not to be written to. */
  readonly nonRobustFeatures: Float32Array;
  /**
   * Sees robust features only: of each class the largest product of a patch with `u`, [batch, k].
   *
   * Without noise no l2 perturbation below `size * sqrt(n / (n + 1))` makes it wrong, with `n` and `size` those of `robust`.
   */
  readonly robustReader: Classifier;
  /**
   * Sees the others only: of each class the sum over patches of the products with `v`, [batch, k].
   *
   * Without noise the closest error is at the l2 distance `n * size / sqrt(2 P)`, with `n` and `size` those of `nonRobust`.
   */
  readonly nonRobustReader: Classifier;
}

/**
 * Images of patches in which each class has two features: a large one in few patches, and a small one in many.
 *
 * ```math
 * x_p = a\,u_y \text{ for } p \in R, \qquad x_p = b\,v_y \text{ for } p \in N, \qquad x_p = 0 \text{ elsewhere},
 * \qquad \text{plus noise } N(0, \sigma^2 I)
 * ```
 *
 * Classes are equally likely, the disjoint sets R and N of patches are drawn anew for each example, and all `u` and `v` are
 * orthonormal. Either feature tells the class. Where `|N| b > |R| a` a sum over patches gains more by the small ones; a perturbation
 * that may be spread over the patches hides them, and not the large one. An example is an image of `P x 1` pixels with d channels, so
 * that a convolution of size 1 is a set of filters that all patches share.
 *
 * @param options - See {@link PatchDataOptions}.
 * @returns A frozen model. It keeps no tensors.
 * @throws InputError if a number is out of its range, there are more features than dimensions or more patches with features than
 * patches.
 * @example
 * ```ts
 * const features = { robust: { patches: 1, size: 3 }, nonRobust: { patches: 16, size: 0.3 } };
 * const model = patchData({ dimension: 24, patches: 20, ...features, key: key('data', 0) });
 * const { x, y, held } = model.batch(key('train', 0), 32); // [32, 20, 1, 24], [32] of 0 and 1
 * ```
 * @see Li, Li: Adversarial Training Can Provably Improve Robustness: Theoretical Analysis of Feature Learning Process Under Structured
 * Data, 2024 (arXiv:2410.08503), for robust features that are sparse and non-robust ones that are dense. Sizes are fixed here and sets
 * of patches uniform, where the theory allows more.
 */
export function patchData(options: PatchDataOptions): PatchData {
  requireOptions<PatchDataOptions>('patchData', options, OPTIONS);
  const { dimension, patches, classes = 2, robust, nonRobust, deviation = 0, key } = options;
  requireInteger({ dimension, patches }, 1);
  requireLabelKind('classes', classes);
  requireNonNegative({ deviation }, 'input units');
  requireFeature('robust', robust);
  requireFeature('nonRobust', nonRobust);
  if (2 * classes > dimension)
    throw new InputError(`dimension must be at least ${2 * classes}, two features a class, got ${dimension}`);
  if (robust.patches + nonRobust.patches > patches)
    throw new InputError(
      `patches must be at least ${robust.patches + nonRobust.patches}, those with features, got ${patches}`,
    );
  const features = orthonormalRows(key.child('features'), 2 * classes, dimension);
  const half = classes * dimension;
  const [robustFeatures, nonRobustFeatures] = [features.slice(0, half), features.slice(half)];

  /** Products of all patches with some features, gathered over the patches. */
  const reader =
    (rows: Float32Array, gather: (products: Tensor) => Tensor): Classifier =>
    (x) => {
      requireShape('x', x, [null, patches, 1, dimension]);
      return tidy(() => {
        const pixels = reshape(x, [-1, dimension]) as Tensor2D; // [batch P, d]
        const products = matMul(pixels, tensor2d(rows, [classes, dimension]), false, true); // [batch P, k]
        return gather(reshape(products, [-1, patches, classes])); // [batch, k]
      });
    };

  return Object.freeze<PatchData>({
    dimension,
    patches,
    classes,
    robust,
    nonRobust,
    deviation,
    robustFeatures,
    nonRobustFeatures,
    robustReader: reader(robustFeatures, (products) => max(products, 1)),
    nonRobustReader: reader(nonRobustFeatures, (products) => sum(products, 1)),
    batch(root, examples) {
      const keys = requireIndices(examples).map((index) => root.child(index));
      const drawn = keys.map((own) => drawClass(own.child('class'), classes));
      const width = patches * dimension;
      const rows =
        deviation === 0
          ? new Float32Array(keys.length * width)
          : gaussianRows(
              keys.map((own) => own.child('noise')),
              width,
              deviation,
            ); // [batch, P d]
      const held = new Int8Array(keys.length * patches);
      for (const [at, own] of keys.entries()) {
        const order = permutation(own.child('patches'), patches);
        held.set(heldBy(order, robust.patches, nonRobust.patches), at * patches);
      }
      for (const [at, kind] of held.entries()) {
        if (kind === 0) continue;
        const [from, { size }] = kind > 0 ? [robustFeatures, robust] : [nonRobustFeatures, nonRobust];
        addRow(rows.subarray(at * dimension, (at + 1) * dimension), from, drawn[Math.floor(at / patches)], size);
      }
      return {
        x: tensor(rows, [keys.length, patches, 1, dimension]),
        y: labelTensor(drawn, 'classes'),
        held,
      };
    },
  });
}

/** What the patches hold whose order is given: the first of it the robust feature, the next the other one. */
function heldBy(order: ArrayLike<number>, robust: number, nonRobust: number): Int8Array {
  const held = new Int8Array(order.length);
  for (let at = 0; at < robust + nonRobust; at++) held[order[at]] = at < robust ? 1 : -1;
  return held;
}

/** Adds a row of a matrix, times a number. */
function addRow(to: Float32Array, rows: Float32Array, row: number, times: number): void {
  for (let c = 0; c < to.length; c++) to[c] += times * rows[row * to.length + c];
}

function requireFeature(name: 'robust' | 'nonRobust', feature: PatchFeature): void {
  requireOptions<PatchFeature>(`patchData's ${name}`, feature, { patches: true, size: true });
  requireInteger({ [`${name}.patches`]: feature.patches }, 1);
  requirePositive({ [`${name}.size`]: feature.size }, 'input units');
}
