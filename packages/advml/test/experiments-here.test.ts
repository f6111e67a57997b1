// Code of a sweep is compared before any of it runs on a worker.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SweepRecord } from '@advml/runs/disk';
import { expect, it } from 'vitest';
import { versions } from '../src/environment.ts';
import { experimentsHere } from '../src/queue/experiments-here.ts';
import { temporaryFolder } from './child.ts';

it('runs nothing of a file that is other code than the sweep was planned with', async () => {
  const folder = temporaryFolder();
  const [path, trace] = [join(folder, 'mine.mjs'), join(folder, 'has-run')];
  writeFileSync(
    path,
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(trace)}, '');\nexport default 1;\n`,
  );
  const experiments = { mine: { path, digest: '0'.repeat(64) } };
  const sweep = { version: versions().advml, experiments } as unknown as SweepRecord;
  await expect(experimentsHere(sweep, [], false)).rejects.toThrow(/code that would run with all your rights/);
  await expect(experimentsHere(sweep, [], true)).rejects.toThrow(/is other code than the sweep was planned with/);
  await expect(experimentsHere(sweep, [path], false)).rejects.toThrow(/is other code than the sweep was planned with/);
  expect(existsSync(trace)).toBe(false);
});
