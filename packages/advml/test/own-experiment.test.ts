// An experiment out of a file of the user's: every flag of run, kill and resume, what is trusted, and what is refused.

import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineExperiment, startRun } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';
import { describe, expect, it } from 'vitest';
import { advml, leavings, temporaryFolder } from './child.ts';
import { here } from './here.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const example = join(repository, 'examples/compose-an-experiment.ts');
const timeout = 300_000; // ms
/** Without threads of its own, a run starts in a third of the time. */
const alone = ['--workers', '1'];

/** A folder with a file for an experiment, from which the packages of the repository are found. */
function folderWith(text: string, file = 'mine.mjs'): { readonly folder: string; readonly file: string } {
  const folder = temporaryFolder();
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, file), text);
  return { folder, file: join(folder, file) };
}

const coin = (bar: number) => `import { bar } from './bar.mjs';
import { count, defineExperiment } from '@advml/runs';
export default defineExperiment({
  name: 'coin',
  settings: { tosses: count(1).default(100).describe('Tosses') },
  stages: { heads: { measure: ({ settings, key }) => key.child('a').uniform(settings.tosses).filter((toss) => toss < 0.5).length } },
  claims: [{ id: 'some', statement: 'Some are heads.', quantity: 'heads', bar: '> ${bar}', find: ({ heads }) => ({ value: heads, holds: heads > bar }) }],
});
`;

function coinFolder() {
  const made = folderWith(coin(10));
  writeFileSync(join(made.folder, 'bar.mjs'), 'export const bar = 10;\n');
  return { ...made, run: join(made.folder, 'run') };
}

describe('the example', () => {
  it('runs over seeds and workers, is killed and resumed to the same bytes, and its report has its own figure', {
    timeout,
  }, async () => {
    const folder = temporaryFolder();
    const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
    const request = ['run', example, '--preset', 'smoke', '--seeds', '2'];
    const once = await advml([...request, '--workers', '1', '--out', whole]);
    expect(once.code).toBe(0);

    const { signal } = await advml([...request, '--workers', '2', '--json', '--out', killed], {
      onLine: (line, child) => {
        if (line.includes('"stage":"wide","state":"finished"')) child.kill('SIGKILL');
      },
    });
    expect(signal).toBe('SIGKILL');
    const refused = await here('resume', killed);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toMatch(/compose-an-experiment\.ts, which is code .*--trust/s);
    const resumed = await advml(['resume', killed, example, '--workers', '2']);
    expect(resumed.code).toBe(0);
    expect(leavings(killed)).toEqual(leavings(whole));

    const report = readFileSync(join(killed, 'seed-1', 'report.html'), 'utf8');
    expect(report).toContain('<figure id="width">');
    expect(report).toContain('narrow, seed 1');
    expect(report).not.toMatch(/(src|href)="https?:/);
    expect(report).toMatch(new RegExp(`npx advml run ${example} [\\w-]+ --preset smoke --seed 1`));
  });
});

describe('an experiment of ones own', () => {
  it('takes --set, --settings and --claims, and says what it does not know', { timeout }, async () => {
    const { file, run } = coinFolder();
    const { stdout } = await here('run', file, '--settings', '--set', 'tosses=30');
    expect(stdout).toMatch(/^tosses=30 +Tosses$/m);
    expect((await here('run', file, '--set', 'tosess=3')).stderr).toMatch(
      /unknown key 'tosess'; the nearest known key is 'tosses'/,
    );
    expect((await here('run', file, '--claims', 'all', '--set', 'tosses=30', ...alone, '--out', run)).stdout).toMatch(
      /some +holds +heads/,
    );
    expect(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')).setting).toEqual({ claims: 'all', tosses: 30 });
  });

  it('is noticed when it, or what it imports, has changed', { timeout }, async () => {
    const { folder, file, run } = coinFolder();
    expect((await advml(['run', file, ...alone, '--out', run])).code).toBe(0);
    expect((await advml(['report', run, file])).code).toBe(0);
    expect((await here('report', run)).stderr).toMatch(/which is code that would run with all your rights/);
    expect((await advml(['report', run, '--trust'])).code).toBe(0);
    const trace = join(folder, 'has-run');
    writeFileSync(
      join(folder, 'bar.mjs'),
      `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(trace)}, '');\nexport const bar = 1000;\n`,
    );
    for (const command of ['report', 'resume', 'attack', 'certify', 'data'])
      for (const named of [file, '--trust']) {
        const { code, stderr } = await here(command, run, named, ...(command === 'data' ? ['--out', trace] : []));
        expect([command, named, code]).toEqual([command, named, 2]);
        expect(stderr).toMatch(/mine\.mjs has changed since the run in .* began.*--changed/);
        expect(existsSync(trace)).toBe(false);
      }
    expect((await here('attack', run, file, '--changed')).stderr).toMatch(/subject/);
    expect(existsSync(trace)).toBe(true);
    const { stdout, code } = await advml(['resume', run, file, '--changed', ...alone]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/some +does not hold/);
    const { module } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
    expect([module.digests.length, module.reported.length]).toEqual([1, 64]); // its stages are what the file was
    expect((await advml(['report', run, file, '--changed'])).code).toBe(0);
  });

  it('of the name of one that ships does not go on with its runs', async () => {
    const folder = temporaryFolder();
    const stages = { a: { measure: () => 1 } };
    await startRun(diskStore(folder), defineExperiment({ name: 'paper', settings: {}, stages }));
    for (const command of ['resume', 'report', 'attack'])
      expect((await here(command, folder, './mine.mjs')).stderr).toMatch(
        /is of the experiment paper that advml has, and not of one in \.\/mine\.mjs/,
      );
  });

  it.each([
    [
      'export const experiment = 1;',
      /must export its experiment, as in "export default defineExperiment\(.*is missing/,
    ],
    ['export default { name: "x" };', /its default export is/],
    ['export default ;', /fails to load: Unexpected token/],
    ['throw new Error("no such luck");', /fails to load: no such luck/],
    [
      'import { defineExperiment } from "@advml/runs";\nexport default defineExperiment({ name: "x", setings: {}, stages: {} });',
      /no option 'setings'; did you mean 'settings'/,
    ],
  ])('that is none gets an error that shows the right one: %s', { timeout }, async (text, message) => {
    const { code, stderr } = await advml(['run', folderWith(text).file]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it.runIf(process.env.ADVML_BUILT)('in TypeScript says what reads it, where nothing does', { timeout }, async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'mine.ts'), 'export default 1 as number;');
    const { code, stderr } = await advml(['run', './mine.ts'], { cwd: folder });
    if ('typescript' in process.features && process.features.typescript)
      expect(stderr).toMatch(/must export its experiment/);
    else expect(stderr).toMatch(/does not read TypeScript; install tsx beside .*mine\.ts/);
    expect(code).toBe(2);
  });

  const plain = (name: string, stage: string) =>
    `defineExperiment({ name: '${name}', settings: {}, stages: { only: { measure: () => ${stage} } } })`;
  const importing = "import { defineExperiment } from '@advml/runs';\n";

  it('of several in a file is named after it', { timeout }, async () => {
    const { file } = folderWith(`${importing}export default [${plain('one', '1')}, ${plain('two', '2')}];`);
    expect((await here('run', file)).stderr).toMatch(/exports several experiments; name one of one, two/);
    expect((await here('run', file, 'two', '--settings')).stdout).toMatch(/^claims="all"/m);
  });

  it('that ends the program is told from one that has ended', { timeout }, async () => {
    const { file, folder } = folderWith(`${importing}export default ${plain('ends', 'process.exit(0)')};`);
    const { code, stderr } = await advml(['run', file, '--workers', '1', '--out', join(folder, 'run')]);
    expect(stderr).toMatch(/the program was ended in the middle of its work/);
    expect(code).toBe(1);
  });

  it('that is not there is refused by its path, and a name that is none by those there are', { timeout }, async () => {
    expect((await here('run', './nowhere.mjs')).stderr).toMatch(/cannot read the experiment \.\/nowhere\.mjs/);
    expect((await here('run', 'papre')).stderr).toMatch(/no experiment or package 'papre' here; advml has paper/);
  });
});

describe('advml new experiment', () => {
  it('writes one that runs, with a test that passes, and overwrites nothing', { timeout }, async () => {
    const folder = temporaryFolder();
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    const { code, stdout } = await advml(['new', 'experiment', 'my-first'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/npx advml run \.\/my-first\.mjs/);
    expect((await advml(['new', 'experiment', 'my-first'], { cwd: folder })).stderr).toMatch(
      /my-first\.mjs is there already/,
    );
    writeFileSync(join(folder, 'other.test.mjs'), 'mine');
    expect((await advml(['new', 'experiment', 'other'], { cwd: folder })).stderr).toMatch(
      /other\.test\.mjs is there already/,
    );
    expect(existsSync(join(folder, 'other.mjs'))).toBe(false);
    expect((await advml(['new', 'experiment', '../out'], { cwd: folder })).stderr).toMatch(
      /the name must be small letters/,
    );
    expect(
      (await advml(['run', './my-first.mjs', '--preset', 'smoke', ...alone, '--out', 'out'], { cwd: folder })).code,
    ).toBe(0);
    expect(existsSync(join(folder, 'out', 'report.html'))).toBe(true);
    expect(readFileSync(join(folder, 'my-first.test.mjs'), 'utf8')).toContain("from './my-first.mjs'");
  });
});
