// Hooks of Node's loader that give what was built in place of a package's source, and what is left of TypeScript without its types.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const source = /(\/packages\/\w+)\/src\/(.*)\.ts$/;

export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  return source.test(found.url) ? { url: found.url.replace(source, '$1/dist/$2.js'), format: 'module' } : found;
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { transform } = await import('esbuild');
  const { code } = await transform(await readFile(fileURLToPath(url), 'utf8'), { loader: 'ts', sourcemap: 'inline' });
  return { format: 'module', source: code, shortCircuit: true };
}
