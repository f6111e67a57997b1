import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';

/** The tensors of a call, by name. */
export type Given = Readonly<Record<string, TensorInfo>>;

/**
 * A check of the shapes that a kernel is given.
 *
 * @throws RangeError if they do not belong together.
 * @returns The shape of its result, where an empty input makes it zeros; nothing where the kernel takes care of that.
 */
export type ShapeCheck = (inputs: Given, attrs: NamedAttrMap, backend: BackendWasm) => readonly number[] | undefined;

/** Refuses shapes that differ from what the others ask for; `null` stands for any length. */
export function requireLengths(kernelName: string, name: string, info: TensorInfo, wanted: readonly (number | null)[]) {
  const { shape } = info;
  const fits = shape.length === wanted.length && shape.every((length, axis) => (wanted[axis] ?? length) === length);
  if (!fits)
    throw new RangeError(
      `${kernelName}: ${name} must have shape [${wanted.map((length) => length ?? 'any')}], got [${shape}]`,
    );
}
