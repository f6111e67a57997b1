// What differs from the main branch, for `npm test -- --changed`.
import { spawnSync } from 'node:child_process';
import { root } from './workspace.mjs';

/**
 * Compares the working tree, and what git does not know yet, with the commit at which HEAD left another commit.
 *
 * @param {string} since That other commit, such as `main`; where HEAD is on it, only what is not committed differs.
 * @returns {{ base: string, files: readonly string[] } | undefined} Where HEAD left it, and the paths that differ; nothing where git
 * knows no such commit.
 */
export function changedSince(since) {
  const [base] = git('merge-base', since, 'HEAD');
  if (base === undefined) return undefined;
  return { base, files: [...git('diff', '--name-only', base), ...git('ls-files', '--others', '--exclude-standard')] };
}

/** The lines that git answers with; none where it fails. */
export function git(...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.split('\n').filter(Boolean) : [];
}
