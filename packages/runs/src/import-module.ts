import { fileURLToPath } from 'node:url';
import { InputError } from '@advml/core';
import { resolve } from 'import-meta-resolve';

const isTypeScript = (url: string): boolean => /\.m?ts$/.test(url);

/**
 * Imports a module, also one in TypeScript where Node can read it or tsx is installed beside it.
 *
 * @param url - Its URL.
 * @returns What it exports.
 * @throws InputError if it is TypeScript and neither can read it; what its own code throws.
 */
export async function importModule(url: string): Promise<unknown> {
  try {
    return await import(url);
  } catch (error) {
    if (!isTypeScript(url) || (error as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
  }
  let tsx: string;
  try {
    tsx = resolve('tsx/esm/api', url);
  } catch {
    throw new InputError(
      `this Node (${process.version}) does not read TypeScript; install tsx beside ${fileURLToPath(url)} (npm install --save-dev tsx), or take Node 22.18 or newer`,
    );
  }
  const { register } = (await import(tsx)) as { register: () => unknown };
  register();
  return import(`${url}?by=tsx`); // Node remembers that the plain address could not be loaded
}
