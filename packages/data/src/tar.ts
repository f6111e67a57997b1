import { InputError } from '@advml/core';

/** A tar archive is made of blocks of so many bytes. */
const BLOCK = 512;

/** Where the checksum of a header stands; its own bytes count as spaces. */
const SUM = { from: 148, to: 156 };

/**
 * The plain files of a tar archive; folders, links and comments are passed over.
 *
 * @param archive - The whole archive, unpacked.
 * @returns Views of the files by their names, without folders.
 * @throws InputError if a header is damaged, a file reaches beyond the end, or two have the same name.
 * @see IEEE Std 1003.1 (POSIX), pax, "ustar Interchange Format".
 */
export function readTar(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let at = 0;
  while (at < archive.length) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const { name, size, isFile } = readHeader(header, at);
    const [start, end] = [at + BLOCK, at + BLOCK + size];
    if (end > archive.length)
      throw new InputError(
        `${name} must have ${size} bytes, the archive ends after ${archive.length - start}; is it whole?`,
      );
    if (isFile && files.has(name)) throw new InputError(`an archive must hold every file once, it holds ${name} twice`);
    if (isFile) files.set(name, archive.subarray(start, end));
    at = start + BLOCK * Math.ceil(size / BLOCK);
  }
  return files;
}

function readHeader(header: Uint8Array, at: number) {
  const sum = header.reduce((total, byte, place) => total + (place >= SUM.from && place < SUM.to ? 32 : byte), 0);
  const size = octal(header.subarray(124, 136));
  if (header.length < BLOCK || sum !== octal(header.subarray(SUM.from, SUM.to)) || Number.isNaN(size))
    throw new InputError(`a tar archive must have a header at byte ${at}, got one that is cut off or damaged`);
  const isFile = [0, '0'.charCodeAt(0)].includes(header[156]);
  return { name: text(header.subarray(0, 100)).replace(/^.*\//, ''), size, isFile };
}

/** Characters up to the first zero. */
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes).replace(/\0.*$/s, '');

/** A number of a header, NaN where it is none; files whose size does not fit into octal digits are larger than any here. */
function octal(bytes: Uint8Array): number {
  const digits = text(bytes).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}
