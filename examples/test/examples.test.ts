import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const folder = dirname(dirname(fileURLToPath(import.meta.url)));
/** All but the experiment, which the command runs: its own tests do that. */
const programs = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'compose-an-experiment.ts');
const timeout = 120_000; // ms

describe('every example is a program that runs', () => {
  it.each(programs)('%s', { timeout }, async (program) => {
    const onSources = ['--conditions=@advml/source', '--import=tsx'];
    const { stdout } = await run(process.execPath, [...onSources, join(folder, program), '--quick'], {
      cwd: dirname(folder),
      timeout,
    });
    expect(stdout.trim()).not.toBe('');
    expect(stdout).not.toMatch(/\bNaN\b|undefined/);
  });
});
