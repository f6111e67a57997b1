// Packs the public packages as they would be published; pnpm replaces `workspace:` by versions.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packages, pnpm } from './workspace.mjs';

/** Packs into a folder, which is emptied first; gives the tarballs as `{ name, file }`. */
export async function pack(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const made = [];
  for (const { folder: cwd, name, manifest } of packages().filter(({ manifest }) => !manifest.private)) {
    const { code, stdout, stderr } = await pnpm(['pack', '--pack-destination', folder], { cwd, stdio: 'pipe' });
    if (code !== 0) throw new Error(`pnpm pack failed for ${name}:\n${stdout}${stderr}`);
    const file = join(folder, `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
    made.push({ name, file });
  }
  return made;
}
