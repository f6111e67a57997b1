import { constants } from 'node:fs';
import { access, type FileHandle, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { openPlain } from './open-plain.ts';

/** What runs and sweeps leave in their folders, and what it is. */
const LEFT: readonly (readonly [RegExp, string])[] = [
  [/^report\.html$/, 'text/html; charset=utf-8'],
  [/^figures\/[^/]+\.svg$/, 'image/svg+xml; charset=utf-8'],
  [/^(tables\/[^/]+|results)\.csv$/, 'text/csv; charset=utf-8'],
  [/^results\.parquet$/, 'application/vnd.apache.parquet'],
  [/^((run|claims|sweep)|measures\/.+)\.json$/, 'application/json'],
  [/^(metrics\.jsonl|error\.txt)$/, 'text/plain; charset=utf-8'],
  [/^weights\/.+\.safetensors$/, 'application/octet-stream'],
];

/** What a folder is that has a page of its own. */
export type FolderKind = 'run' | 'sweep';

/** A file that may be served, open; whoever gets it closes it. */
export interface ServedFile {
  /** The file. */
  readonly handle: FileHandle;
  /** Its length in bytes. */
  readonly size: number;
  /** Its media type. */
  readonly type: string;
}

const isThere = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );

/**
 * Where a path inside a folder really leads, all links followed.
 *
 * @param root - The folder, without links itself.
 * @param parts - The parts of the path, none of which is a way up.
 * @returns A path in the folder; undefined if there is nothing, or a link leads out.
 */
export async function placeIn(root: string, parts: readonly string[]): Promise<string | undefined> {
  const real = await realpath(join(root, ...parts)).catch(() => undefined);
  const isInside = real === root || real?.startsWith(root.endsWith(sep) ? root : root + sep);
  return isInside ? real : undefined;
}

/**
 * What a folder is.
 *
 * @param folder - Its path.
 * @returns Its kind; undefined if it is neither.
 */
export async function kindOf(folder: string): Promise<FolderKind | undefined> {
  if (await isThere(join(folder, 'sweep.json'))) return 'sweep';
  return (await isThere(join(folder, 'run.json'))) ? 'run' : undefined;
}

/** The media type of a file by its place in the run or sweep that it belongs to; undefined if no run leaves such a file. */
async function typeOf(root: string, parts: readonly string[]): Promise<string | undefined> {
  for (let at = parts.length - 1; at >= 0; at--) {
    const folder = await placeIn(root, parts.slice(0, at));
    if (folder === undefined || !(await kindOf(folder))) continue;
    const name = parts.slice(at).join('/');
    return LEFT.find(([pattern]) => pattern.test(name))?.[1];
  }
  return undefined;
}

/**
 * Opens a file that a run or sweep inside a folder has left.
 *
 * @param root - The folder, without links itself.
 * @param parts - The parts of the path, none of which is a way up.
 * @returns The file, or undefined if there is none that may be served.
 */
export async function openServed(root: string, parts: readonly string[]): Promise<ServedFile | undefined> {
  const type = await typeOf(root, parts);
  const place = type && (await placeIn(root, parts));
  if (!type || !place) return undefined;
  const handle = await openPlain(place);
  return handle && { handle, size: (await handle.stat()).size, type };
}
