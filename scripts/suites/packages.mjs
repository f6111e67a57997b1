// Checks the tarballs of the public packages.
import { packed, tarballsIn } from '../pack.mjs';
import { tool } from '../workspace.mjs';
import { tally } from './tally.mjs';

/** publint and attw on every tarball: two tests a package. */
export async function checkPackages() {
  const { counts, count } = tally();
  for (const { name, file } of tarballsIn(packed)) {
    const checks = [
      ['publint', ['run', file, '--strict']],
      ['attw', [file, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii']],
    ];
    for (const [command, args] of checks) {
      const { code, stdout, stderr } = await tool(command, args, { stdio: 'pipe' });
      count(`${command} ${name}`, code === 0, code === 0 ? '' : stdout + stderr);
    }
  }
  return counts;
}
