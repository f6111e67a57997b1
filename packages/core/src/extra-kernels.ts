import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { RidgeSum } from './ridge-sum.ts';

/** Keys of random numbers, and the shape of the numbers of each. */
interface Drawn {
  /** Words of the keys, int32 [rows, 2]. */
  readonly inputs: { readonly words: TensorInfo };
  /** Shape of each key's numbers. */
  readonly settings: { readonly shape: readonly number[] };
  /** [rows, ...shape]. */
  readonly output: Tensor;
}

/** What a kernel takes and gives: tensors by name, settings by name, a tensor or several. */
interface Signature {
  readonly inputs: object;
  readonly settings: object;
  readonly output: Tensor | readonly Tensor[];
}

/** A box of inputs; an infinite number is no side. */
interface Sides {
  readonly low: number;
  readonly high: number;
}

/** The pieces of an odd, piecewise linear function. */
type Pieces = Pick<RidgeSum, 'knots' | 'slopes'>;

/**
 * Kernels that `useWasm` of `@advml/wasm` brings and other packages run where there are any: what each takes and gives, so that
 * TypeScript compares the two sides.
 */
export interface ExtraKernels {
  /** `key.normal` for every key, to the bit. */
  readonly KeyNormal: Drawn & { readonly settings: { readonly deviation: number } };
  /** `key.uniform` for every key, to the bit. */
  readonly KeyUniform: Drawn & { readonly settings: { readonly low: number; readonly high: number } };
  /** The symmetric two-layer network; gives outputs [n] and preactivations [m, n]. */
  readonly SymmetricTwoLayer: {
    readonly inputs: {
      /** Inputs [n, d]. */
      readonly x: TensorInfo;
      /** Incoming weights of the neurons, [m, d]. */
      readonly weight: TensorInfo;
      /** Threshold: one number, or one for each neuron and example, [m, n]. */
      readonly bias: TensorInfo;
    };
    readonly settings: object;
    readonly output: readonly [Tensor1D, Tensor2D];
  };
  /**
   * Projected gradient ascent in l2 without a box on a sum of ridge functions, in the space of its preactivations.
   *
   * Gives q [n, m] and a report [n, 4]: example i ends at scale_i delta_i + W^T q_i, where delta_i is the perturbation that
   * it started from; the report holds scale, sign * output there, gradients taken, and 1 where a gradient was zero.
   */
  readonly RidgeAscent: {
    readonly inputs: {
      /** Preactivations at the inputs, [n, m]. */
      readonly origin: TensorInfo;
      /** Preactivations at the starts, [n, m]. */
      readonly start: TensorInfo;
      /** W W^T, [m, m]. */
      readonly gram: TensorInfo;
    };
    /** Arrays hold one number an example. */
    readonly settings: {
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
      readonly attacked: Pieces;
      /** The networks whose gradients are followed, in equal shares of the steps; all have as many knots. */
      readonly followed: readonly Pieces[];
    };
    readonly output: readonly [Tensor2D, Tensor2D];
  };
  /**
   * A gradient without the entries that push against the box: those whose point is as far as a perturbation takes it.
   *
   * Gives it, and which gradients lead anywhere, [batch]: 1 where one is finite and not all zero, before entries are taken out.
   */
  readonly FreeGradient: {
    readonly inputs: {
      /** [batch, ...]. */
      readonly gradient: TensorInfo;
      /** The points that it was taken at, [batch, ...]. */
      readonly at: TensorInfo;
      /** The inputs that they are perturbations of, [batch, ...]. */
      readonly x: TensorInfo;
    };
    readonly settings: Sides;
    readonly output: readonly [Tensor, Tensor1D];
  };
  /** The nearest point of a ball in l2 or l-infinity, cut with the box. */
  readonly ProjectDelta: {
    readonly inputs: {
      /** Perturbations [batch, ...]. */
      readonly delta: TensorInfo;
      /** What is perturbed, [batch, ...]. */
      readonly x: TensorInfo;
    };
    readonly settings: Sides & {
      readonly norm: 'l2' | 'linf';
      /** One an example, in input units; may be infinite. */
      readonly radii: ArrayLike<number>;
    };
    readonly output: Tensor;
  };
  /** Examples of one batch or of two, in any order and number. */
  readonly PickRows: {
    readonly inputs: {
      /** [batch, ...]. */
      readonly batch: TensorInfo;
      /** [other batch, ...]. */
      readonly others: TensorInfo;
    };
    readonly settings: {
      /** For each row of the result its place in `batch`, or -1 minus its place in `others`. */
      readonly places: readonly number[];
    };
    readonly output: Tensor;
  };
  /**
   * A product of packed lines in double precision, for {@link addProduct}: numbers of four lines stand side by side, depth after
   * depth, and then those of the next four. Sums run in the order of the depth.
   */
  readonly PackedProduct: {
    readonly inputs: object;
    readonly settings: {
      /** Lines of `left` and of `right`, multiples of four. */
      readonly rows: number;
      readonly columns: number;
      /** Numbers of a line. */
      readonly depth: number;
      readonly left: Float64Array;
      readonly right: Float64Array;
      /** Where the product goes, row after row, [rows, columns]. */
      readonly to: Float64Array;
    };
    readonly output: readonly [];
  };
  /**
   * Rows of a symmetric matrix on their way to tridiagonal form, for {@link tridiagonal}: rows `end - 1` to `begin` of a matrix whose
   * rows after them are reduced.
   */
  readonly ReducePanel: {
    readonly inputs: object;
    readonly settings: {
      /** Row after row, [size, size]; the lower triangle is read. Rows from `begin` on then begin with the vectors of their reflectors. */
      readonly a: Float64Array;
      readonly size: number;
      readonly begin: number;
      readonly end: number;
      /** Where the pairs of the update go that the rows before `begin` have yet to get: v, w, v, w, ..., [2 (end - begin), end]. */
      readonly pairs: Float64Array;
      /** Of {@link Tridiagonal}; what belongs to the rows is written. */
      readonly diagonal: Float64Array;
      readonly beside: Float64Array;
      readonly halves: Float64Array;
    };
    readonly output: readonly [];
  };
  /** What `orthonormalRows` of `@advml/data` makes of its directions, in place and to the bit. */
  readonly ReflectRows: {
    readonly inputs: object;
    readonly settings: {
      /** Row after row, [count, width]; row j is zero before entry j. */
      readonly rows: Float64Array;
      readonly count: number;
      readonly width: number;
    };
    readonly output: readonly [];
  };
}

/** Whether the current backend has a kernel of that name. */
export const hasExtraKernel = (name: keyof ExtraKernels): boolean => getKernel(name, getBackend()) !== undefined;

/**
 * Runs one of {@link ExtraKernels} on the current backend, which must have it.
 *
 * @param name - Which one.
 * @param inputs - Its tensors.
 * @param settings - Its settings.
 * @returns Its result, owned by the caller.
 */
export function runExtraKernel<Name extends keyof ExtraKernels, Kernel extends Signature = ExtraKernels[Name]>(
  name: Name,
  inputs: Kernel['inputs'],
  settings: Kernel['settings'],
): Kernel['output'] {
  const result: unknown = engine().runKernel(name, inputs as NamedTensorMap, settings as NamedAttrMap);
  return result as Kernel['output'];
}
