import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const folder = dirname(dirname(fileURLToPath(import.meta.url)));
/** All but the experiment, which is not a program: the sweep runs it. */
const programs = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'compose-an-experiment.ts');
const timeout = 120_000; // ms

// As `npx tsx` runs them; in the whole test on the packages as they were built, which is quicker.
const conditions = process.env.ADVML_BUILT ? [] : ['--conditions=@advml/source'];
const typescript = ['--import', import.meta.resolve('tsx')];
const pictures = mkdtempSync(join(tmpdir(), 'advml-examples-'));
afterAll(() => rmSync(pictures, { recursive: true }));

describe('every example is a program that runs and draws its picture', () => {
  it.each(programs)('%s', { timeout }, async (program) => {
    const args = [...conditions, ...typescript, join(folder, program), '--quick'];
    const { stdout } = await run(process.execPath, args, { cwd: pictures, timeout });
    expect(stdout.trim()).not.toBe('');
    expect(stdout).not.toMatch(/\bNaN\b|undefined/);
    expect(readFileSync(join(pictures, program.replace('.ts', '.svg')), 'utf8')).toMatch(/^<svg .*<\/svg>\n?$/s);
  });
});
