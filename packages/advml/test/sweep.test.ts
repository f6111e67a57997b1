// A sweep as a user has it: experiments of files, failures, prints, kills, stops, and what is refused.
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { advml, recordOf, temporaryFolder } from './child.ts';
import { here } from './here.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

const coin = `import { count, defineExperiment, z } from '@advml/runs';
export default ['coin', 'other'].map((name) => defineExperiment({
  name,
  settings: {
    tosses: count(1).default(100).describe('Tosses'),
    how: z.enum(['well', 'throws', 'exits', 'prints', 'slowly']).default('well').describe('How it goes'),
  },
  stages: {
    heads: {
      measure: async ({ settings: { tosses, how }, key, signal }) => {
        if (how === 'throws') throw new Error('no such luck');
        if (how === 'exits') { console.error('goodbye'); process.exit(3); }
        if (how === 'prints') console.log('the coin is ' + name);
        if (how === 'slowly') for (let i = 0; i < 200; i++) await new Promise((done) => setTimeout(done, 50));
        return key.child('a').uniform(tosses).filter((toss) => toss < 0.5).length / tosses;
      },
    },
  },
  claims: [{ id: 'fair', statement: 'Fair.', quantity: 'share of heads', bar: '0.3 to 0.7', find: ({ heads }) => ({ value: heads, holds: heads > 0.3 && heads < 0.7 }) }],
}));
`;

/** A folder with an experiment in \`mine.mjs\` and a sweep in \`mine.json\`. */
function folderWith(sweep: object) {
  const folder = temporaryFolder();
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'mine.mjs'), coin);
  writeFileSync(join(folder, 'mine.json'), JSON.stringify({ experiment: './mine.mjs#coin', ...sweep }));
  return { folder, out: join(folder, 'out'), file: join(folder, 'mine.json') };
}

const runsIn = (out: string) => readdirSync(out, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe('advml sweep', () => {
  it('runs a file of JSON, does what can be done, says what failed, and goes on by the same command', async () => {
    const { folder, out, file } = folderWith({ grid: { how: ['well', 'exits', 'throws', 'prints'] }, seeds: [4] });
    const first = await advml(['sweep', file, '--workers', '2', '--out', 'out'], { cwd: folder });
    expect(first.stdout).toBe('2 of 4 runs are finished, in out\n');
    expect(first.stderr).toMatch(/how=throws,seed=4-\w+ failed: .*no such luck/);
    expect(first.stderr).toMatch(/how=exits,seed=4-\w+ failed: the process of the run ended with code 3.*goodbye/s);
    expect(first.stderr).toMatch(/how=prints,seed=4-\w+: the coin is coin/);
    expect(first.stderr).toMatch(/2 failed, and error\.txt in each says why/);
    expect(first.code).toBe(1);
    for (const { name } of runsIn(out)) {
      expect([name, existsSync(join(out, name, 'error.txt'))]).toEqual([name, /exits|throws/.test(name)]);
      if (/well|prints/.test(name)) expect(recordOf(join(out, name))?.status).toBe('finished');
    }
    const again = await advml(['sweep', file, '--out', 'out', '--grid', 'how=well', '--json'], { cwd: folder });
    expect(
      again.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { type: 'plan', location: 'out', runs: 1, caveats: [] },
      { type: 'run', run: expect.stringMatching(/^how=well,seed=4/), state: 'kept' },
      { type: 'finished', location: 'out', finished: 1, failed: [] },
    ]);
    expect(again.code).toBe(0);
  });

  it('draws runs and makes the best of them longer', async () => {
    const { folder, out } = folderWith({});
    const words = [
      '--workers',
      '1',
      '--random',
      '6',
      '--vary',
      'how=well,prints',
      '--rungs',
      'tosses=10,100',
      '--metric',
      'heads',
    ];
    const { stdout, code } = await advml(['sweep', 'mine.json', ...words, '--seeds', '2', '--out', 'out'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    const place = /^6 of 6 runs are finished, in out\n0\.\d+ {2}how=(\w+), tosses=100\n$/.exec(stdout)?.[1];
    expect(runsIn(out).filter(({ name }) => name.startsWith(`how=${place},tosses=100`))).toHaveLength(2);
  });

  it('takes an experiment of a file, and leaves run folders that other commands know', async () => {
    const { folder, out } = folderWith({});
    const { code } = await advml(['sweep', './mine.mjs', 'other', '--grid', 'tosses=10,1000', '--out', 'out'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    const names = runsIn(out).map(({ name }) => name);
    expect(names.map((name) => name.split(',')[0])).toEqual(['tosses=10', 'tosses=1000']);
    const report = await advml(['report', join('out', names[1]), './mine.mjs'], { cwd: folder });
    expect(report.stdout).toMatch(/fair +holds +share of heads/);
    expect(readFileSync(join(out, names[1], 'report.html'), 'utf8')).toContain('other');
  });

  it('stops at a signal with its processes, and a killed one takes them with it', async () => {
    const { folder, file } = folderWith({ grid: { how: ['slowly'] }, seeds: 2 });
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const out = join(folder, signal);
      const pids: number[] = [];
      const ended = await advml(['sweep', file, '--json', '--workers', '2', '--out', signal], {
        cwd: folder,
        onLine: (line, child) => {
          if (!line.includes('"state":"started"') || !line.includes('"stage"')) return;
          for (const { name } of runsIn(out)) {
            const owner = join(out, name, 'run.lock', 'owner.json');
            if (existsSync(owner)) pids.push(JSON.parse(readFileSync(owner, 'utf8')).pid);
          }
          child.kill(signal);
        },
      });
      expect(ended.code).toBe(signal === 'SIGTERM' ? 130 : null);
      expect(pids.length).toBeGreaterThan(0);
      await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
    }
  });

  it.each([
    [['sweep'], /sweep takes a file of JSON or an experiment/],
    [['sweep', 'paper', '--grid', 'tau'], /--grid takes KEY=V1,V2, got 'tau'/],
    [['sweep', 'paper', '--grid', 'tau=1', '--grid', 'tau=2'], /--grid has 'tau' twice; give all its values at once/],
    [['sweep', './a#b.mjs'], /cannot read the experiment .*a#b\.mjs/],
    [['sweep', 'paper', 'smoke'], /paper takes no NAME, got 'smoke'; a preset is chosen by --preset smoke/],
    [
      ['sweep', 'paper', '--grid', 'tua=1'],
      /paper, tua=1: the setting cannot be used:\n {2}unknown key 'tua'; the nearest known key is 'tau'/,
    ],
    [['sweep', 'nowhere.json'], /cannot read the sweep in nowhere\.json/],
    [['sweep', 'paper', '--workers', '0'], /--workers must be an integer >= 1, got '0'/],
    [['sweep', 'paper', '--random', '4', '--sobol', '4'], /give --random or --sobol, not both/],
    [['sweep', 'paper', '--sobol', '4', '--vary', 'tau=low..high'], /--vary takes two numbers.*got 'low\.\.high'/],
    [['sweep', 'paper', '--sobol', '4', '--vary', 'tau'], /--vary takes KEY=LOW\.\.HIGH or KEY=V1,V2, got 'tau'/],
    [['sweep', 'paper', '--sobol', '4'], /search\.over: /],
    [['sweep', 'paper', '--rungs', 'clean.steps=10,20'], /halving\.metric: /],
    [['sweep', 'paper', '--seeds', 'many'], /--seeds must be an integer >= 1, got 'many'/],
  ])('refuses %j', async (words, message) => {
    const { code, stderr } = await here(...words);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
