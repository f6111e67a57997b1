import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isServed } from './guard.ts';

/** How far a walk goes. */
export interface Limits {
  /** How many folders deep. */
  readonly deepest: number;
  /** Into how many folders. */
  readonly most: number;
}

/** What a page does that is to be there soon. */
const SOON: Limits = { deepest: 4, most: 5000 };

/**
 * Goes through a folder and those in it, by name; links and hidden folders are left out.
 *
 * @param root - The folder.
 * @param visit - Told of each folder, by the parts of its path, and what is in it; returns whether to go into those.
 * @param limits - See {@link Limits}. Default: 4 deep and 5000 folders.
 * @returns How many folders there were beyond `most`, without those in them.
 */
export async function walk(
  root: string,
  visit: (parts: readonly string[], entries: readonly Dirent[]) => boolean,
  { deepest, most }: Limits = SOON,
): Promise<number> {
  let seen = 0;
  const look = async (parts: readonly string[]): Promise<void> => {
    if (++seen > most || parts.length > deepest) return;
    const entries = await readdir(join(root, ...parts), { withFileTypes: true }).catch(() => []);
    if (!visit(parts, entries)) return;
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1)))
      if (entry.isDirectory() && isServed(entry.name) && entry.name !== 'node_modules')
        await look([...parts, entry.name]);
  };
  await look([]);
  return Math.max(0, seen - most);
}
