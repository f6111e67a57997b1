import type { FolderKind } from './files.ts';
import { type Limits, walk } from './walk.ts';

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
 * @param limits - How far they are looked for. Default: see {@link walk}.
 * @returns What was found, sorted by path, and how many `more` folders there were that it did not look into.
 */
export async function findFolders(
  root: string,
  limits?: Limits,
): Promise<{ readonly found: readonly FoundFolder[]; readonly more: number }> {
  const found: FoundFolder[] = [];
  const visit: Parameters<typeof walk>[1] = (parts, entries) => {
    const has = (name: string) => entries.some((entry) => entry.name === name && entry.isFile());
    const kind = has('sweep.json') ? 'sweep' : has('run.json') ? 'run' : undefined;
    if (kind) found.push({ parts, kind });
    return kind === undefined;
  };
  const more = await walk(root, visit, limits);
  return { found: found.sort((a, b) => (a.parts.join('/') < b.parts.join('/') ? -1 : 1)), more };
}
