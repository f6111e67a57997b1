// Commands in messages can be copied: a shell reads the same path.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inShell, resumeCommand } from '../src/store/in-shell.ts';

it('quotes what a shell would read otherwise, and nothing else', () => {
  expect(inShell('runs/mine-2,b=1')).toBe('runs/mine-2,b=1');
  expect(resumeCommand('my runs/a')).toBe('advml resume "my runs/a"');
  expect(resumeCommand('a', { path: '/my own.mjs' })).toBe('advml resume a "/my own.mjs"');
  const paths = fc.string({ minLength: 1 }).filter((path) => !/[\0!]/.test(path)); // ! where a shell has a history
  fc.assert(
    fc.property(paths, (path) => {
      const script = `printf %s ${inShell(path)}`;
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(path);
    }),
    { numRuns: 50 },
  );
});
