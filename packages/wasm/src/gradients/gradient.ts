import {
  broadcast_util,
  engine,
  type GradConfig,
  type NamedAttrMap,
  reshape,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { plainAttributes } from '../attributes.ts';

/** For each input of a kernel, how to make its gradient; called only for inputs that need one. */
export type Derivatives = Record<string, () => Tensor>;

/** What the tape keeps of a kernel's run until its gradient is asked for. */
export interface Kept {
  /** Names of inputs, in the order in which the gradient gets them. */
  readonly inputs?: readonly string[];
  /** All inputs, for kernels that take a list. */
  readonly allInputs?: boolean;
  /** Which outputs; they come after the inputs. */
  readonly outputs?: readonly boolean[];
}

/**
 * The gradient of a kernel.
 *
 * @param kernelName - Name in tfjs.
 * @param kept - What to keep.
 * @param derive - Gets the gradient of the output (a list, for kernels with several), what was kept, and the attributes
 * in one form; an axis can be counted only if the input whose it is was kept.
 */
export function gradient<Attributes = object, Upstream = Tensor>(
  kernelName: string,
  kept: Kept,
  derive: (dy: Upstream, saved: Tensor[], attrs: Attributes) => Derivatives,
): GradConfig {
  return {
    kernelName,
    inputsToSave: [...(kept.inputs ?? [])],
    saveAllInputs: kept.allInputs ?? false,
    outputsToSave: [...(kept.outputs ?? [])],
    gradFunc: (dy: Tensor | Tensor[], saved: Tensor[], attrs: NamedAttrMap) =>
      derive(
        dy as unknown as Upstream,
        saved,
        plainAttributes(kernelName, namesOf(kept, saved), attrs ?? {}) as Attributes,
      ),
  };
}

function namesOf({ inputs = [], allInputs = false }: Kept, saved: Tensor[]): object {
  return allInputs ? saved : Object.fromEntries(inputs.map((name, at) => [name, saved[at]]));
}

/** The gradient of a function of one number, applied entry by entry, from its input `x`. */
export function fromInput(kernelName: string, derive: (dy: Tensor, x: Tensor) => Tensor): GradConfig {
  return gradient(kernelName, { inputs: ['x'] }, (dy, [x]) => ({ x: () => derive(dy, x) }));
}

/** The gradient of a function of one number, applied entry by entry, from its output `y`. */
export function fromOutput(kernelName: string, derive: (dy: Tensor, y: Tensor) => Tensor): GradConfig {
  return gradient(kernelName, { outputs: [true] }, (dy, [y]) => ({ x: () => derive(dy, y) }));
}

/** Whether this gradient will itself be differentiated, so that only kernels with gradients may take part. */
export function isRecorded(): boolean {
  return engine().state.gradientDepth > 0;
}

/**
 * The gradient of a function of two numbers `a` and `b`, applied entry by entry with broadcasting.
 *
 * @param deriveA - Gradient in `a`, of the output's shape; likewise `deriveB`.
 */
export function fromPair(
  kernelName: string,
  deriveA: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
  deriveB: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
): GradConfig {
  return gradient(kernelName, { inputs: ['a', 'b'] }, (dy, [a, b]) => ({
    a: () => sumTo(deriveA(dy, a, b), a.shape),
    b: () => sumTo(deriveB(dy, a, b), b.shape),
  }));
}

/** The adjoint of broadcasting: sums over the axes along which `shape` was stretched. */
export function sumTo(stretched: Tensor, shape: number[]): Tensor {
  broadcast_util.assertAndGetBroadcastShape(shape, stretched.shape);
  const extra = stretched.shape.length - shape.length;
  const axes = [...stretched.shape.keys()].filter((axis) => shape[axis - extra] !== stretched.shape[axis]);
  return reshape(axes.length > 0 ? sum(stretched, axes) : stretched, shape);
}
