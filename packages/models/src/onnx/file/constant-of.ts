import { InputError } from '@advml/core';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { arrayOf, type ElementType, elementType } from './element-types.ts';
import type { TensorMessage } from './model.ts';

/** `data_location` of numbers that are in another file. */
const EXTERNAL = 1;

function refuseExternal({ dataLocation, externalData }: TensorMessage, name: string): void {
  if (dataLocation !== EXTERNAL && externalData.length === 0) return;
  const place = externalData.find(({ key }) => key === 'location')?.value ?? 'another file';
  throw new InputError(
    `${name} must have its numbers in the file itself, got them in '${place}'; in Python, torch.onnx.export(..., external_data=False) or onnx.save(onnx.load(path), path) writes one file`,
  );
}

/** How many numbers a shape has. */
function sizeOf({ dims }: TensorMessage, name: string): number {
  if (!dims.every((length) => Number.isSafeInteger(length) && length >= 0))
    throw new InputError(`${name} must have lengths >= 0, got a shape [${dims.join(', ')}]`);
  return dims.reduce((product, length) => product * length, 1);
}

/** What reads the numbers of a tensor; there are exactly `size`. */
function readerOf(message: TensorMessage, type: ElementType, size: number, name: string): (entry: number) => number {
  const { raw, dims } = message;
  const list = message[type.list];
  const there = raw ? raw.byteLength / type.bytes : list.length;
  if (there !== size)
    throw new InputError(
      `${name} must have as many numbers of type ${type.name} as its shape [${dims.join(', ')}] says, ${size}, got ${there}`,
    );
  if (!raw) return (entry) => (type.listed ?? Number)(list[entry]);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return (entry) => type.raw(view, entry * type.bytes);
}

/**
 * A tensor of a file. Whole numbers become int32, real ones float32.
 *
 * @param message - As it was read.
 * @param name - What it is, for messages.
 * @returns A new tensor, owned by the caller.
 * @throws InputError if its numbers are in another file, are of a type that tensors cannot hold, or are not as many as the shape says.
 */
export function constantOf(message: TensorMessage, name: string): Tensor {
  refuseExternal(message, name);
  const type = elementType(message.dataType, name);
  const size = sizeOf(message, name);
  return tensor(arrayOf(type.dtype, size, readerOf(message, type, size, name)), [...message.dims], type.dtype);
}
