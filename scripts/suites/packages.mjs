// Checks the tarballs of the public packages: three tests each.
import { packed, tarballsIn } from '../pack.mjs';
import { run, tool } from '../workspace.mjs';
import { tally } from './tally.mjs';

/** What is in a tarball, publint and attw. */
export async function checkPackages() {
  const { counts, count } = tally();
  for (const { name, file } of tarballsIn(packed)) {
    const wrong = wrongFiles((await run('tar', ['-tzf', file], { stdio: 'pipe' })).stdout.trim().split('\n'));
    count(`files of ${name}`, wrong.length === 0, wrong.join('\n'));
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

/** What is missing, what nobody needs, and what an earlier build left: all of `dist` comes from a file of `src`, which its map names. */
function wrongFiles(files) {
  const has = (file) => files.includes(`package/${file}`);
  const isNeedless = (file) =>
    /\/tests?\/|\.test\.|\.tsbuildinfo$/.test(file) && !file.startsWith('package/templates/');
  const isStale = (file) => {
    const made = /^package\/dist\/(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(file)?.[1];
    return made !== undefined && !has(`src/${made}.ts`);
  };
  return [
    ...['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']
      .filter((file) => !has(file))
      .map((file) => `lacks ${file}`),
    ...files.filter((file) => isNeedless(file) || isStale(file)).map((file) => `holds ${file}`),
  ];
}
