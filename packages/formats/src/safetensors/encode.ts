import { dtypes, type SafeTensor, type SafeTensors } from './dtypes.ts';
import { byName, type Entry, fingerprint } from './fingerprint.ts';
import { checksumKey, headerLimit, isWellFormed, metadataKey, nameProblem } from './names.ts';
import { requireTensor } from './require-tensor.ts';

/**
 * Writes tensors as a safetensors file, readable by PyTorch, JAX and everything else that knows the format.
 *
 * Tensors are laid out as the reference library does, wide element types first and then by name, so every tensor
 * starts at a multiple of its element size. The same tensors and metadata give the same bytes, whatever the order of
 * their keys. A CRC-32 of everything the file says (names, types, shapes, metadata, data) is added to the metadata as
 * `advml.crc32`; {@link decodeSafetensors} checks it and takes it out again, other readers see one more string.
 *
 * Values are written as they lie in memory: little-endian, as the format demands and as on every machine that runs
 * WebAssembly at full speed.
 *
 * @param tensors - Dense arrays by name; any number, also none.
 * @param metadata - Free strings, such as `{ format: 'pt' }`, which some loaders want to see.
 * @returns The bytes of the file, owned by the caller.
 * @throws RangeError if a name is not allowed, a type unknown, or an array does not fit its type and shape; the message
 * names the tensor.
 * @example
 * ```ts
 * const bytes = encodeSafetensors({ 'layer.weight': { dtype: 'F32', shape: [2, 3], data: new Float32Array(6) } });
 * await writeFile('weights.safetensors', bytes);
 * ```
 * @see Hugging Face: Safetensors, 2022 (https://github.com/huggingface/safetensors#format).
 */
export function encodeSafetensors(tensors: SafeTensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  requireMetadata(metadata);
  const entries = layOut(tensors);
  const data = gather(entries, tensors);

  const header: [string, unknown][] = [
    [metadataKey, sortedRecord({ ...metadata, [checksumKey]: fingerprint(entries, metadata, data) })],
    ...entries.map(({ name, dtype, shape, begin, end }): [string, unknown] => [
      name,
      { dtype, shape, data_offsets: [begin, end] },
    ]),
  ];
  const fields = header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = new TextEncoder().encode(`{${fields.join(',')}}`);

  const headerLength = Math.ceil(text.length / 8) * 8;
  if (headerLength > headerLimit) {
    throw new RangeError(`names and metadata must fit in ${headerLimit} bytes, they take ${headerLength}`);
  }
  const file = new Uint8Array(8 + headerLength + data.length).fill(0x20, 8 + text.length, 8 + headerLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(text, 8);
  file.set(data, 8 + headerLength);
  return file;
}

/** Gives each tensor its place in the data, without holes. */
function layOut(tensors: SafeTensors): Entry[] {
  let end = 0;
  return Object.entries(tensors)
    .map(([name, tensor]) => ({ ...tensor, name, bytes: checkedByteLength(name, tensor) }))
    .sort((a, b) => dtypes.indexOf(a.dtype) - dtypes.indexOf(b.dtype) || byName(a, b))
    .map(({ name, dtype, shape, bytes }) => {
      const begin = end;
      end += bytes;
      return { name, dtype, shape: [...shape], begin, end };
    });
}

function gather(entries: readonly Entry[], tensors: SafeTensors): Uint8Array {
  const bytes = new Uint8Array(entries.at(-1)?.end ?? 0);
  for (const { name, begin } of entries) {
    const { data } = tensors[name];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), begin);
  }
  return bytes;
}

function checkedByteLength(name: string, tensor: SafeTensor): number {
  const problem = nameProblem(name);
  if (problem) throw new RangeError(`cannot write a tensor: ${problem}`);
  return requireTensor(`tensor "${name}"`, tensor);
}

function requireMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(metadata)) {
    const problem = name === checksumKey ? `the name "${name}" is kept for the checksum` : nameProblem(name);
    if (problem) throw new RangeError(`cannot write metadata: ${problem}`);
    if (typeof value !== 'string' || !isWellFormed(value)) {
      throw new RangeError(`metadata "${name}" must be a well-formed string, got ${JSON.stringify(value)}`);
    }
  }
}

function sortedRecord(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byName({ name: a }, { name: b })));
}
