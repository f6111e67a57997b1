// What is wrong with a command line is said in a line that names it, with exit code 2 and never a stack.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { experiments } from '@advml/experiments';
import { beforeAll, describe, expect, it } from 'vitest';
import { advml, type Ended, temporaryFolder } from './child.ts';
import { here } from './here.ts';

const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

/** Command lines that say something of their own, each run as a process. */
const processes = {
  help: ['--help'],
  version: ['--version'],
  command: ['rum', 'paper'],
  option: ['run', '--sed', '3'],
  preset: ['run', '--preset', 'smok'],
  key: ['run', '--set', 'clean.stepz=3'],
} as const;

describe('the program', () => {
  const ended = {} as Record<keyof typeof processes, Ended>;
  beforeAll(async () => {
    const runs = Object.entries(processes).map(async ([name, args]) => [name, await advml(args)]);
    Object.assign(ended, Object.fromEntries(await Promise.all(runs)));
  });

  it('--version says the version of its manifest', () => {
    expect(ended.version).toEqual({ code: 0, signal: null, stdout: `${version}\n`, stderr: '' });
  });

  it('--help says every command and shows examples', () => {
    expect(ended.help).toMatchObject({ code: 0, stderr: '' });
    expect(ended.help.stdout).toMatch(/Usage: advml COMMAND/);
    for (const name of ['run', 'resume', 'report', 'attack', 'certify', 'data', 'doctor'])
      expect(ended.help.stdout).toMatch(`\n  ${name} `);
    expect(ended.help.stdout).toMatch(/Examples:\n {2}advml run paper/);
  });

  it('without a command says the same, and that this is not enough', async () => {
    expect(await here()).toEqual({ code: 2, stdout: ended.help.stdout, stderr: '' });
  });

  it.each([
    [
      'command',
      "advml: unknown command 'rum'; known: run, resume, report, sweep, worker, results, serve, export, attack, certify, data, new, doctor (advml --help)\n",
    ],
    ['option', "advml: Unknown option '--sed'"],
    ['preset', "advml: unknown preset 'smok' of paper; known: paper, smoke, large"],
    ['key', "unknown key 'clean.stepz'; the nearest known key is 'clean.steps'\n"],
  ] as const)('an unusable %s ends it with code 2 and a line', (name, line) => {
    expect(ended[name]).toMatchObject({ code: 2, stdout: '' });
    expect(ended[name].stderr).toContain(line);
  });

  it('shows no stack and no escape code', () => {
    for (const { stdout, stderr } of Object.values(ended)) {
      expect(stdout + stderr).not.toMatch(/^\s+at |\.[jt]s:\d/m);
      expect(stdout + stderr).not.toContain('\x1b');
    }
  });
});

describe.each(['run', 'resume', 'report', 'attack', 'certify', 'data', 'doctor'])('advml %s', (name) => {
  it.each(['--help', '-h'])('%s says its options and shows an example', async (flag) => {
    const { code, stdout, stderr } = await here(name, flag);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`Usage: advml ${name}.*\n`));
    expect(stdout).toMatch(new RegExp(`Examples?:\n  advml ${name}`));
  });

  it('refuses an option that it does not know, and says those that it does', async () => {
    const { code, stdout, stderr } = await here(name, '--nope');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/Unknown option '--nope'[\s\S]*known options: --/);
  });

  it('names every experiment and preset in its help', async () => {
    const { stdout } = await here('run', '--help');
    for (const { name, presets } of experiments) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
      for (const preset of Object.keys(presets).slice(1)) expect(stdout).toMatch(new RegExp(`\\b${preset}\\b`));
    }
  });

  it('has every option in its help', async () => {
    const { stderr } = await here(name, '--nope');
    const options = /known options: (.*)/.exec(stderr)?.[1].split(' ') ?? [];
    const { stdout } = await here(name, '--help');
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) expect(stdout).toContain(option);
  });
});

describe('advml run', () => {
  it.each([
    [['--seed', '1', '--seeds', '2'], 'give --seed or --seeds, not both'],
    [['--seed', '1.5'], "--seed must be an integer >= 0, got '1.5'"],
    [['--seed', 'x'], "--seed must be an integer >= 0, got 'x'"],
    [['--seed='], "--seed must be an integer >= 0, got ''"],
    [['--seed=-1'], "--seed must be an integer >= 0, got '-1'"],
    [['--seed', '1e400'], "got '1e400'"],
    [['--seeds', '0'], "--seeds must be an integer >= 1, got '0'"],
    [['--seeds', '2.5'], "--seeds must be an integer >= 1, got '2.5'"],
    [['--seed'], "'--seed <value>' argument missing"],
    [['papre'], "there is no experiment or package 'papre' here; advml has paper"],
    [['paper', 'again', 'more'], "run takes one experiment, got also 'more'"],
    [['--set', 'tau'], "--set takes key=value, such as --set clean.steps=100, got 'tau'"],
    [['--set', 'tau=-1'], 'tau: Too small: expected number to be >=1e-12, got -1'],
    [['--set', 'tau=much'], 'tau: Invalid input: expected number, got "much"'],
    [['--set', 'data.active=5000'], 'active (k) plus strongRate must be at most the dimension 1536, got 5000'],
    [['--set', 'tau=1', '--set', 'x.y=1'], "unknown key 'x'"],
    [['--config', ''], "--config must be a path, such as setting.json, got ''"],
    [['--config', 'no/such/file.json'], 'cannot read the settings in no/such/file.json: ENOENT'],
  ])('%j is refused: %s', async (args, reason) => {
    const out = join(temporaryFolder(), 'run');
    const { code, stdout, stderr } = await here('run', '--out', out, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^advml: /);
    expect(stderr).toContain(reason);
  });

  it.each([
    ['{"tau": 0.2', 'is not JSON: '],
    ['', 'is not JSON: '],
    ['[1, 2]', 'must hold a JSON object of settings, such as {"tau": 0.12}'],
    ['null', 'must hold a JSON object of settings'],
    ['{"tau": "0.2"}', 'tau: Invalid input: expected number, got "0.2"'],
    ['{"tua": 0.2}', "unknown key 'tua'; the nearest known key is 'tau'"],
  ])('refuses the settings file %j', async (content, reason) => {
    const folder = temporaryFolder();
    const file = join(folder, 'settings.json');
    writeFileSync(file, content);
    const { code, stderr } = await here('run', '--config', file, '--out', join(folder, 'run'));
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });

  it('refuses a folder that cannot be made', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await here('run', '--preset', 'smoke', '--out', join(folder, 'file', 'run'));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /cannot write .*run\.lock: a part of the path is a file or a link that leads nowhere; choose another folder/,
    );
  });

  it('alone shows what there is to run, and runs nothing', async () => {
    const { code, stdout, stderr } = await here('run');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    for (const { name, title } of experiments) expect(stdout).toMatch(new RegExp(`^  ${name} +${title}$`, 'm'));
    expect(stdout).toContain('presets: paper, smoke, large');
    expect(stdout).toContain('advml run paper --preset smoke');
  });

  it('--settings prints every key with its value and meaning, and runs nothing', async () => {
    const { code, stdout, stderr } = await here('run', '--settings');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/^data\.active=2 +k, the mean number/));
    expect(lines).toContainEqual(expect.stringMatching(/^overfitting\.widths=\[0\.5,2\] +Numbers of neurons/));
    for (const line of lines) expect(line).toMatch(/^[\w.]+=\S+ {2,}\S/);
  });

  it('--settings prints the setting as it would be run, for a person and as a file for --config', async () => {
    const changed = ['--preset', 'smoke', '--set', 'data.margin=0.4', '--claims', 'C2,C3'];
    const { stdout } = await here('run', 'paper', '--settings', ...changed);
    for (const row of ['tau=0.22 ', 'data.margin=0.4 ', 'claims=["C2","C3"] ', 'data.dimension=192 '])
      expect(stdout).toContain(`\n${row}`.replace('\nclaims', 'claims'));
    const json = await here('run', 'paper', '--settings', '--json', ...changed);
    const file = join(temporaryFolder(), 'setting.json');
    writeFileSync(file, json.stdout);
    expect((await here('run', 'paper', '--settings', '--json', '--config', file)).stdout).toBe(json.stdout);
    expect(JSON.parse(json.stdout)).toMatchObject({ tau: 0.22, claims: ['C2', 'C3'], data: { margin: 0.4 } });
    expect(await here('run', '--settings', '--set', 'tau=-1')).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([
    ['a folder without a name', () => '', "must have a name, such as runs/mine, got ''"],
    ['a name too long', (place: string) => join(place, 'x'.repeat(300)), 'a name in the path is too long'],
    [
      'a link that leads nowhere',
      (place: string) => {
        symlinkSync(join(place, 'no', 'where'), join(place, 'dangling'));
        return join(place, 'dangling');
      },
      'a link that leads nowhere',
    ],
    [
      'a link that leads to itself',
      (place: string) => {
        symlinkSync(join(place, 'loop'), join(place, 'loop'));
        return join(place, 'loop', 'run');
      },
      'a link that leads back to itself',
    ],
  ])('refuses %s in one sentence', async (_, outOf, reason) => {
    const out = outOf(temporaryFolder());
    for (const args of [
      ['run', '--preset', 'smoke', '--out', out],
      ['resume', out],
      ['report', out],
    ]) {
      const { code, stderr } = await here(...args);
      expect(code, stderr).toBe(2);
      expect(stderr).toMatch(/^advml: [^\n]+\n$/);
      if (args[0] === 'run') expect(stderr).toContain(reason);
    }
  });

  it('refuses more seeds than a run may have, however many, and settings nested without end', async () => {
    const out = join(temporaryFolder(), 'run');
    const { code, stderr } = await here('run', '--out', out, '--seeds', '1000000000');
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/1000 seeds at most/) });
    const file = join(temporaryFolder(), 'deep.json');
    for (const depth of [100, 100_000]) {
      writeFileSync(file, `{"tau":${'['.repeat(depth)}${']'.repeat(depth)}}`);
      const deep = await here('run', '--out', out, '--config', file);
      expect(deep.code, deep.stderr).toBe(2);
      expect(deep.stderr).toMatch(/nested 16 levels deep|is not JSON/);
    }
  });
});

describe('advml resume and report', () => {
  it.each(['resume', 'report'])('%s takes one folder, with a run in it', async (name) => {
    expect(await here(name)).toMatchObject({ code: 2, stderr: expect.stringContaining('got 0 words') });
    expect(await here(name, 'a', 'b', 'c')).toMatchObject({ code: 2, stderr: expect.stringContaining('got 3 words') });
    const folder = temporaryFolder();
    const empty = await here(name, folder);
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining(`${folder} holds no run`) });
    writeFileSync(join(folder, 'run.json'), '{"format":"other"}');
    expect(await here(name, folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('run.json cannot be used'),
    });
    const odd = temporaryFolder();
    mkdirSync(join(odd, 'run.json'));
    expect(await here(name, odd)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a folder is in its place'),
    });
  });
});

describe('advml data', () => {
  it.each([
    [
      [],
      "data takes one name, sparse-coding, fashion-mnist, digits, colour, mnist, idx, cifar-10, cifar-100, or the folder of a run, got ''",
    ],
    [['minst', '--out', 'x'], "or the folder of a run, got 'minst'"],
    [['digits'], 'data digits needs --out, the file to write, such as test.safetensors'],
    [['digits', '--out', ''], "--out must be a path, such as test.safetensors, got ''"],
    [['digits', '--out', 'x', '--seed', '1'], "--seed belongs to sparse-coding, got 'digits'"],
    [['cifar-10'], 'data cifar-10 needs --from, its folder, to check its files, and --out to write examples'],
    [['cifar-10', '--out', 'x'], "data.folder must be told for the set 'cifar-10'"],
    [['sparse-coding', '--out', 'x', '--examples', '0'], '--examples must be an integer >= 1'],
    [['sparse-coding', '--out', 'x', '--set', 'data.margn=1'], "unknown key 'data.margn'"],
    [['fashion-mnist', '--from', 'a', '--install'], 'give --from or --install, not both'],
    [['fashion-mnist', '--from', '/no/such'], 'there is no folder /no/such; name one with the four IDX files'],
  ])('%j is refused: %s', async (args, reason) => {
    const { code, stdout, stderr } = await here('data', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(reason);
  });
});

describe('advml doctor', () => {
  it('takes no words', async () => {
    expect(await here('doctor', 'please')).toMatchObject({ code: 2, stderr: expect.stringContaining("'please'") });
  });
});
