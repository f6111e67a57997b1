import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { init, parse } from 'es-module-lexer';

/** What a module imports by relative paths, as URLs; text that cannot be read as a module imports nothing. */
function importsOf(text: string, url: string): readonly string[] {
  try {
    const [imports] = parse(text);
    return imports
      .flatMap((found) => ('specifier' in found && found.specifier ? [found.specifier] : []))
      .filter((specifier) => /^\.{1,2}\//.test(specifier))
      .map((specifier) => new URL(specifier, url).href);
  } catch {
    return [];
  }
}

/**
 * The digest of a module and of all files that it imports by relative paths, however far.
 *
 * @param url - URL of its file.
 * @returns SHA-256 in hexadecimal digits; it does not depend on where the files lie.
 * @throws Error if the module itself cannot be read.
 */
export async function digestOf(url: string): Promise<string> {
  await init();
  const hash = createHash('sha256');
  const seen = new Set([url]);
  for (const next of seen) {
    const text = await readFile(fileURLToPath(next), 'utf8').catch((error) => {
      if (next === url) throw error;
      return ''; // a path without ending, which only some loader finds
    });
    hash.update(`${text.length}:${text}`);
    for (const found of importsOf(text, next)) seen.add(found);
  }
  return hash.digest('hex');
}
