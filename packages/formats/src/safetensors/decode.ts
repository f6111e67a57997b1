import { FormatError } from '../errors.ts';
import { requireOptions } from '../options.ts';
import type { SafeTensor, SafeTensors } from './dtypes.ts';
import { type Entry, fingerprint } from './fingerprint.ts';
import { readHeader } from './header.ts';
import { checksumKey } from './names.ts';
import { tensorFrom } from './tensor-from.ts';

/** What {@link decodeSafetensors} may take. */
export interface DecodeOptions {
  /** Refuse a file without the checksum that `encodeSafetensors` writes; `false` by default, so foreign files pass. */
  readonly requireChecksum?: boolean;
}

/** What a safetensors file holds. */
export interface DecodedSafetensors {
  /** The tensors by name, each with memory of its own. The record has no prototype, so any name is only a name. */
  readonly tensors: SafeTensors;
  /** The free strings of the file, without our checksum. No prototype either. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file and believes nothing that it has not checked.
 *
 * It checks the header's length (against the file and the reference library's limit of 100 MB), its text, keys that occur twice, and
 * each type, shape and place. The data must be covered without holes or overlaps up to the last byte. If the metadata carry the CRC-32
 * `advml.crc32`, it is checked too.
 *
 * Memory is taken only after all of this, and never more than three times the size of the file: half precision is copied, and widened,
 * exactly, to single precision. Values of floating-point tensors may be NaN or infinite: the format allows it.
 *
 * A tool that loads a file, changes tensors and saves it with the old metadata leaves a checksum that no longer
 * fits; such a file is refused here as changed.
 *
 * @param bytes - The whole file.
 * @returns Tensors and metadata; they share no memory with `bytes`.
 * @throws {@link FormatError} that names what is wrong and in which tensor.
 * @example
 * ```ts
 * const { tensors } = decodeSafetensors(await readFile('weights.safetensors'));
 * tensors['layer.weight'].shape; // [2, 3]
 * ```
 * @see Hugging Face: Safetensors, 2022 (https://github.com/huggingface/safetensors#format).
 */
export function decodeSafetensors(bytes: Uint8Array, options: DecodeOptions = {}): DecodedSafetensors {
  requireOptions('decodeSafetensors', options, { requireChecksum: true });
  const { entries, metadata: all, dataStart } = readHeader(bytes);
  const data = bytes.subarray(dataStart);

  const { [checksumKey]: written, ...rest } = all;
  verify(written, fingerprint(entries, rest, data), options.requireChecksum ?? false);

  const tensors: Record<string, SafeTensor> = Object.create(null);
  for (const entry of entries) tensors[entry.name] = readTensor(entry, data);
  return { tensors, metadata: Object.assign(Object.create(null), rest) };
}

function verify(written: string | undefined, found: string, required: boolean): void {
  if (written === undefined) {
    if (required) throw new FormatError(`the metadata carry no checksum "${checksumKey}", which is required here`);
  } else if (written !== found) {
    throw new FormatError(
      `the file was damaged or changed after it was written: its checksum is ${found}, not ${JSON.stringify(written)}`,
    );
  }
}

function readTensor({ name, dtype, shape, begin, end }: Entry, data: Uint8Array): SafeTensor {
  const own = Uint8Array.from(data.subarray(begin, end)); // a copy, so aligned whatever the place in the file
  return tensorFrom(`tensor "${name}"`, dtype, shape, own.buffer);
}
