import { InputError } from '@advml/core';
import { requireInteger, requireOptions } from '@advml/core/internal';
import { gunzipStart, isGzip } from './gunzip.ts';
import { type IdxArray, LONGEST_HEADER, readIdx, readIdxHeader } from './idx.ts';

/** What {@link readIdxFile} may be told. */
export interface IdxFileOptions {
  /** The most bytes that a packed file may have when unpacked; a plain one is there already. Default: 2^30. */
  readonly limit?: number;
}

/**
 * Reads an IDX file that may be packed by gzip, as MNIST and its successors are handed out.
 *
 * The first bytes of a packed file are unpacked alone. What they say of the array decides how many bytes there must be
 * in all, and no more than these are ever unpacked, so a file made to unpack without end does no harm.
 *
 * @param bytes - The whole file, plain or gzip.
 * @param options - See {@link IdxFileOptions}.
 * @returns The array it holds, a copy.
 * @throws InputError if the file is cut off, damaged, no IDX file, unpacks to more than `limit`, or does not hold just the
 * entries that its header says.
 * @example
 * ```ts
 * const images = await readIdxFile(await readFile('train-images-idx3-ubyte.gz')); // shape [60000, 28, 28]
 * ```
 */
export async function readIdxFile(bytes: Uint8Array, options: IdxFileOptions = {}): Promise<IdxArray> {
  requireOptions<IdxFileOptions>('readIdxFile', options, { limit: true });
  const { limit = 2 ** 30 } = options;
  requireInteger({ limit }, 1);
  if (!isGzip(bytes)) return readIdx(bytes);
  const start = await gunzipStart(bytes, LONGEST_HEADER);
  const header = readIdxHeader(start.bytes);
  const of = `an IDX file of ${header.type.dtype} with shape [${header.shape}]`;
  if (header.bytes > limit) {
    throw new InputError(
      `${of} would unpack to ${header.bytes} bytes, the limit is ${limit}; raise limit if it is right`,
    );
  }
  const all = await gunzipStart(bytes, header.bytes);
  if (!all.whole) throw new InputError(`${of} must have ${header.bytes} bytes, the gzip file holds more`);
  return readIdx(all.bytes);
}
