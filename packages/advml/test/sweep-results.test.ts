// A small sweep of the paper's experiment: its coordinator is killed, goes on with another number of processes, and the table is the
// same to the byte as that of one that nobody disturbed; then what `advml results` makes of it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advml, tinySettings } from './child.ts';
import { here } from './here.ts';

let place: string;
let [whole, killed] = ['', ''];
let kills = 0;
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'advml-sweep-'));
  const steps = { 'clean.steps': 20, 'adversarial.steps': 20 }; // the same bits are asked for, not what they are
  const set = { ...JSON.parse(readFileSync(tinySettings(place), 'utf8')), ...steps };
  const grid = { tau: [0.2, 0.25], 'data.margin': [0.3, 0.5] };
  const file = join(place, 'window.json');
  writeFileSync(
    file,
    JSON.stringify({ experiment: 'paper', preset: 'smoke', set, grid, seeds: 2, claims: ['C2', 'C3'] }),
  );
  [whole, killed] = [join(place, 'whole'), join(place, 'killed')];
  const undisturbed = await advml(['sweep', file, '--workers', '1', '--out', whole]);
  expect(undisturbed.stdout).toBe(`8 of 8 runs are finished, in ${whole}\n`);
  let finished = 0;
  const ended = await advml(['sweep', file, '--workers', '2', '--json', '--out', killed], {
    onLine: (line, child) => {
      if (line.includes('"state":"finished"') && line.startsWith('{"type":"run"') && ++finished === 3)
        child.kill('SIGKILL');
    },
  });
  if (ended.signal === 'SIGKILL') kills += 1;
  const gone = await advml(['sweep', file, '--workers', '2', '--out', killed]);
  expect(gone.stderr.match(/: done before$/gm)?.length).toBeGreaterThanOrEqual(3);
  expect(gone.code).toBe(0);
}, 600_000);
afterAll(() => rmSync(place, { recursive: true }));

describe('advml results', () => {
  it('makes the same table of a sweep that was killed', async () => {
    expect(kills).toBe(1);
    for (const folder of [whole, killed]) expect((await here('results', folder)).code).toBe(0);
    for (const file of ['results.csv', 'results.parquet'])
      expect(readFileSync(join(killed, file)).equals(readFileSync(join(whole, file)))).toBe(true);
    const csv = readFileSync(join(whole, 'results.csv'), 'utf8').trimEnd().split('\n');
    expect(csv).toHaveLength(1 + 8 * 2);
    const file = readFileSync(join(whole, 'results.parquet'));
    const rows = await parquetReadObjects({
      file: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer,
    });
    const text = rows.map((row) =>
      Object.values(row)
        .map((cell) => (/,/.test(String(cell)) ? `"${cell}"` : String(cell ?? '')))
        .join(','),
    );
    expect([Object.keys(rows[0]).join(','), ...text]).toEqual(csv);
  });

  it('tells means over seeds, of the runs that are asked for', async () => {
    const { stdout } = await here('results', whole, '--where', 'tau=0.2', '--y', 'C3', '--json');
    const { groups } = JSON.parse(stdout);
    expect(groups.map(({ values }: { values: object }) => values)).toEqual([
      { tau: 0.2, 'data.margin': 0.3 },
      { tau: 0.2, 'data.margin': 0.5 },
    ]);
    const claimIn = (line: string) => line.includes(',0.2,0.3,') && line.includes(',C3,');
    const csv = readFileSync(join(whole, 'results.csv'), 'utf8').split('\n').filter(claimIn);
    const values = csv.map((line) => Number(line.split(',C3,')[1].split(',')[0]));
    expect(groups[0].value).toBeCloseTo((values[0] + values[1]) / 2, 12);
    const table = await here('results', whole, '--group-by', 'tau', '--y', 'C2,features.neurons');
    expect(table.code).toBe(2); // no such measure
    expect((await here('results', whole, '--group-by', 'tau', '--y', 'C2')).stdout).toMatch(
      /^tau +C2\n0\.2 .*\/4\n0\.25 .*\/4\n$/,
    );
  });

  it('draws lines over one key and maps over two', async () => {
    const maps = await here('results', whole, '--plot');
    expect(maps.stderr).toContain(join(whole, 'figures', 'C2.svg'));
    expect(readFileSync(join(whole, 'figures', 'C2.svg'), 'utf8')).toMatch(
      /C2 over tau and data\.margin.*aria-label="cells"/s,
    );
    expect((await here('results', whole, '--plot', '--x', 'tau', '--y', 'C3')).code).toBe(0);
    expect(readFileSync(join(whole, 'figures', 'C3.svg'), 'utf8')).toMatch(/C3 over tau.*data\.margin=0\.3/s);
  });

  it.each([
    [[], /results takes the folder of one sweep/],
    [['here', 'there'], /results takes the folder of one sweep.*got 'here there'/],
    [['.'], /\. holds no sweep/],
    [['WHOLE', '--x', 'tua'], /has no 'tua'; the nearest is 'tau'/],
    [['WHOLE', '--x', 'tau,seed,data.margin'], /--x takes one key, or two for a heat map/],
    [['WHOLE', '--where', 'tau=7'], /has no finished run with tau=7/],
    [['WHOLE', '--where', 'tau'], /--where takes KEY=VALUE, got 'tau'/],
    [['WHOLE', '--x', 'experiment', '--plot'], /--x experiment has values that are no numbers/],
  ])('refuses %j', async (words, message) => {
    const { code, stderr } = await here('results', ...words.map((word) => (word === 'WHOLE' ? whole : word)));
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
