import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InputError } from '@advml/core';

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
    tsx = createRequire(url).resolve('tsx/esm/api');
  } catch {
    throw new InputError(
      `this Node (${process.version}) does not read TypeScript; install tsx beside ${fileURLToPath(url)} (npm install --save-dev tsx), or take Node 22.18 or newer`,
    );
  }
  const { register } = (await import(pathToFileURL(tsx).href)) as { register: () => unknown };
  register();
  return import(url);
}
