import { InputError } from '@advml/core';

/** Whether some bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What {@link gunzipStart} found. */
export interface Unpacked {
  /** The first bytes, at most as many as were asked for. */
  readonly bytes: Uint8Array;
  /** Whether these are all, and their checksum is right. */
  readonly whole: boolean;
}

/**
 * The first bytes of a gzip file, never more than `limit`, however much the file would unpack to.
 *
 * @param packed - The whole gzip file.
 * @param limit - The most bytes to unpack.
 * @throws InputError if the file is cut off or damaged before `limit` bytes are reached.
 */
export async function gunzipStart(packed: Uint8Array, limit: number): Promise<Unpacked> {
  const reader = new Blob([packed as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
    .getReader();
  const parts: Uint8Array[] = [];
  let room = limit;
  for (;;) {
    const { done, value } = await reader.read().catch(refuse);
    if (done) return { bytes: joined(parts), whole: true };
    parts.push(value.subarray(0, room));
    if (value.length > room) {
      await reader.cancel();
      return { bytes: joined(parts), whole: false };
    }
    room -= value.length;
  }
}

/** Parts as one array. Memory is taken for what was found, not for what a file claims to hold. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function refuse(error: unknown): never {
  throw new InputError(
    `a gzip file must be whole and undamaged, got one that does not unpack: ${(error as Error).message}`,
    { cause: error },
  );
}
