// Packs the public packages as they would be published and checks the tarballs.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, packages, pnpm, tool } from '../workspace.mjs';

let packed;

/** The tarballs of all public packages, as `{ name, file }`, made once; pnpm replaces `workspace:` by versions. */
export async function tarballs() {
  packed ??= pack();
  return packed;
}

/** publint and attw on every tarball: two tests a package. */
export async function checkPackages() {
  const counts = { passed: 0, failed: 0 };
  for (const { name, file } of await tarballs()) {
    const checks = [
      ['publint', ['run', file, '--strict']],
      ['attw', [file, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii']],
    ];
    for (const [command, args] of checks) {
      const { code, stdout, stderr } = await tool(command, args, { stdio: 'pipe' });
      counts[code === 0 ? 'passed' : 'failed'] += 1;
      console.log(`${code === 0 ? 'ok' : 'FAILED'}: ${command} ${name}`);
      if (code !== 0) console.log(stdout + stderr);
    }
  }
  return counts;
}

async function pack() {
  const folder = join(cache, 'tarballs');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const made = [];
  for (const { folder: cwd, name, manifest } of packages().filter(({ manifest }) => !manifest.private)) {
    const { code, stdout, stderr } = await pnpm(['pack', '--pack-destination', folder], {
      cwd,
      stdio: 'pipe',
    });
    if (code !== 0) throw new Error(`pnpm pack failed for ${name}:\n${stdout}${stderr}`);
    const file = join(folder, `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
    made.push({ name, file });
  }
  return made;
}
