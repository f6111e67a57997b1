import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderKind } from './files.ts';
import { isServed } from './guard.ts';

/** A run or sweep in a folder. */
export interface FoundFolder {
  /** The parts of its path from that folder. */
  readonly parts: readonly string[];
  /** What it is. */
  readonly kind: FolderKind;
}

/**
 * The runs and sweeps in a folder. What is inside of them, links, and hidden folders are left out.
 *
 * @param root - The folder.
 * @param limits - How deep they are looked for, and in how many folders. Default: 4 and 5000, for a page that is soon there.
 * @returns What was found, sorted by path.
 */
export async function findFolders(
  root: string,
  { deepest, most } = { deepest: 4, most: 5000 },
): Promise<readonly FoundFolder[]> {
  const found: FoundFolder[] = [];
  let seen = 0;
  const look = async (parts: readonly string[]): Promise<void> => {
    if (++seen > most || parts.length > deepest) return;
    const entries = await readdir(join(root, ...parts), { withFileTypes: true }).catch(() => []);
    const has = (name: string) => entries.some((entry) => entry.name === name && entry.isFile());
    const kind = has('sweep.json') ? 'sweep' : has('run.json') ? 'run' : undefined;
    if (kind) {
      found.push({ parts, kind });
      return;
    }
    for (const entry of entries)
      if (entry.isDirectory() && isServed(entry.name) && entry.name !== 'node_modules')
        await look([...parts, entry.name]);
  };
  await look([]);
  return found.sort((a, b) => (a.parts.join('/') < b.parts.join('/') ? -1 : 1));
}
