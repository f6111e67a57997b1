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
  const bytes = new Uint8Array(limit);
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(refuse);
    if (done) return { bytes: bytes.subarray(0, filled), whole: true };
    const room = limit - filled;
    bytes.set(value.subarray(0, room), filled);
    filled += Math.min(room, value.length);
    if (value.length > room) {
      await reader.cancel();
      return { bytes, whole: false };
    }
  }
}

function refuse(error: unknown): never {
  throw new InputError(
    `a gzip file must be whole and undamaged, got one that does not unpack: ${(error as Error).message}`,
    { cause: error },
  );
}
