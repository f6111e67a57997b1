// The sweeps in examples/sweeps can be planned with the experiments as they are.
import { readdirSync, readFileSync } from 'node:fs';
import { experimentNamed } from '@advml/experiments';
import { catalogue } from '@advml/experiments/catalogue';
import { parseSweep, planSweep } from '@advml/runs/disk';
import { expect, it } from 'vitest';

const folder = new URL('../../../examples/sweeps/', import.meta.url);
const guide = readFileSync(new URL('../../../docs/guides/sweeps.md', import.meta.url), 'utf8');

const plan = (text: string) => {
  const request = parseSweep(JSON.parse(text));
  const experiments = request.experiment.map((name) => ({ experiment: experimentNamed(name), url: catalogue }));
  return planSweep(request, experiments, '1.0.0');
};

it.each(readdirSync(folder))('%s has as many runs as the guide says', (file) => {
  const { request, runs } = plan(readFileSync(new URL(file, folder), 'utf8'));
  expect(guide).toMatch(new RegExp(`\\(../../examples/sweeps/${file}\\).*\\| ${runs.length} \\|$`, 'm'));
  expect(request.seeds.length).toBeGreaterThanOrEqual(3);
});

it('the files that the guide prints can be planned too', () => {
  const printed = Array.from(guide.matchAll(/^```json\n([\s\S]*?)^```$/gm), ([, text]) => plan(text).runs.length);
  expect(printed).toEqual([18, 64]);
});
