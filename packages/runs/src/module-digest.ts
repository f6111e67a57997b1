import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A relative path after `from`, `import` or `require`, wherever it stands: also in TypeScript, and rather one too many than one too few. */
const SPECIFIER =
  /\b(?:from|import|require)\b[\s(]*(?:(?:\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/[^\n]*\n)\s*)*(['"`])(\.{1,2}(?:\/[^'"`\n]*)?)\1/g;

/** Endings that loaders add to a path that has none. */
const ADDED = ['js', 'ts', 'cjs', 'mjs', 'json', 'tsx', 'jsx'].flatMap((ending) => [`.${ending}`, `/index.${ending}`]);

/** The files that a path may mean: itself, the TypeScript that it would be made of, or one with an ending. */
const candidatesOf = (url: string): readonly string[] => [
  url,
  url.replace(/\.([cm]?)js(x?)$/, '.$1ts$2'),
  ...ADDED.map((ending) => url + ending),
];

/** The first of some files that can be read, and its text; undefined if there is none. */
async function firstOf(urls: readonly string[]): Promise<{ readonly url: string; readonly text: string } | undefined> {
  for (const url of urls) {
    try {
      return { url, text: await readFile(fileURLToPath(url), 'utf8') };
    } catch {} // no such file, or no path at all
  }
  return undefined;
}

/**
 * The digest of a module and of all files that it imports or requires by relative paths, however far.
 *
 * @param url - URL of its file.
 * @returns SHA-256 in hexadecimal digits; it does not depend on where the files lie.
 * @throws Error if the module itself cannot be read.
 */
export async function digestOf(url: string): Promise<string> {
  const hash = createHash('sha256');
  await readFile(fileURLToPath(url)); // says why where it cannot be read
  const seen = new Set([url]);
  for (const next of seen) {
    const { url: file, text } = (await firstOf(candidatesOf(next))) ?? { url: next, text: '' };
    hash.update(`${text.length}:${text}`);
    for (const [, , path] of text.matchAll(SPECIFIER)) seen.add(new URL(path, file).href);
  }
  return hash.digest('hex');
}
