import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * Opens a plain file.
 *
 * @param place - Its path, all links followed: one that was put there meanwhile is refused.
 * @returns The file, or undefined if there is none or something else.
 */
export async function openPlain(place: string): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants; // nobody waits for the other end of a pipe
  const file = await open(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (file && (await file.stat()).isFile()) return file;
  await file?.close();
  return undefined;
}
