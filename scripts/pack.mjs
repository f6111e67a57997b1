// Packs the public packages as they would be published; pnpm replaces `workspace:` by versions.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, packages, pnpm } from './workspace.mjs';

/** Where the suites of the tests share what was packed for them. */
export const packed = join(cache, 'tarballs');

/** Packs into a folder, which is emptied first; gives the tarballs as {@link tarballsIn}. */
export async function pack(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const hidden = packages().flatMap(({ name, manifest }) => (manifest.private ? [`--filter=!${name}`] : []));
  const args = ['--recursive', '--filter=./packages/*', ...hidden, 'pack', '--pack-destination', folder];
  const { code, stdout, stderr } = await pnpm(args, { stdio: 'pipe' });
  if (code !== 0) throw new Error(`pnpm pack failed:\n${stdout}${stderr}`);
  return tarballsIn(folder);
}

/** The tarball of every public package in a folder, as `{ name, version, file }`. */
export function tarballsIn(folder) {
  return packages()
    .filter(({ manifest }) => !manifest.private)
    .map(({ name, manifest }) => ({
      name,
      version: manifest.version,
      file: join(folder, `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`),
    }));
}
