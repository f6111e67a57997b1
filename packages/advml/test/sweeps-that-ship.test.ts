// The sweeps in examples/sweeps can be planned with the experiments as they are.
import { readdirSync, readFileSync } from 'node:fs';
import { experimentNamed } from '@advml/experiments';
import { catalogue } from '@advml/experiments/catalogue';
import { parseSweep, planSweep } from '@advml/runs/disk';
import { expect, it } from 'vitest';

const folder = new URL('../../../examples/sweeps/', import.meta.url);
const guide = readFileSync(new URL('../../../docs/guides/sweeps.md', import.meta.url), 'utf8');

it.each(readdirSync(folder))('%s has as many runs as the guide says', (file) => {
  const request = parseSweep(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  const experiments = request.experiment.map((name) => ({ experiment: experimentNamed(name), url: catalogue }));
  const { runs } = planSweep(request, experiments, '1.0.0');
  expect(guide).toMatch(new RegExp(`\\(../../examples/sweeps/${file}\\).*\\| ${runs.length} \\|$`, 'm'));
  expect(request.seeds.length).toBeGreaterThanOrEqual(3);
});
