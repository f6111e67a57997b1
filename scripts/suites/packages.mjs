// Packs the public packages as they would be published and checks the tarballs.
import { join } from 'node:path';
import { pack } from '../pack.mjs';
import { cache, tool } from '../workspace.mjs';

/** publint and attw on every tarball: two tests a package. */
export async function checkPackages() {
  const counts = { passed: 0, failed: 0 };
  for (const { name, file } of await pack(join(cache, 'tarballs'))) {
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
