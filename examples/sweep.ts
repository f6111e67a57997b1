// Run an experiment of your own for every value of a grid and several seeds, and draw what came out as a map.
//   npx advml sweep ./compose-an-experiment.ts --grid wide=16,256 --grid eps=0.1,0.2,0.3 --seeds 2
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { heatMap } from '@advml/plots';
import { childProcesses, loadExperiment, parseSweep, planSweep, runSweep, sweepResults } from '@advml/runs/disk';

const quick = process.argv.includes('--quick');
const file = fileURLToPath(new URL('compose-an-experiment.ts', import.meta.url));
const request = parseSweep({
  experiment: file,
  preset: quick ? 'smoke' : 'default',
  grid: quick ? { wide: [8], eps: [0.1, 0.2] } : { wide: [16, 256], eps: [0.1, 0.2, 0.3] },
  seeds: quick ? 1 : 2,
});

// Processes of this machine carry out the runs. The same call later goes on with what is missing in the folder.
const folder = mkdtempSync(join(tmpdir(), 'advml-sweep-'));
const experiments = [await loadExperiment(file)];
const engine = childProcesses({ workers: quick ? 1 : 2, experiments, environment: { advml: '0.0.0' } });
const { finished, failed } = await runSweep(folder, planSweep(request, experiments, '0.0.0'), { engine });
await engine.close();
console.log(`${finished} runs in ${folder}, ${failed.length} failed`);

// Each row is the number of one claim in one run. The map has its mean over seeds.
const { rows } = await sweepResults(folder);
const valuesOf = (side: string) => [...new Set(rows.map(({ values }) => String(values[side])))];
const [x, y] = [valuesOf('eps'), valuesOf('wide')];
const cells = x.flatMap((eps) =>
  y.map((wide) => {
    const own = rows.filter(({ values }) => String(values.eps) === eps && String(values.wide) === wide);
    return { x: eps, y: wide, value: own.reduce((sum, row) => sum + (row.value ?? 0), 0) / own.length };
  }),
);
for (const { x, y, value } of cells) console.log(`${y} neurons, eps ${x}: ${value.toFixed(3)}`);
const figure = {
  title: 'Robust accuracy after plain training',
  panels: [{ label: `means over ${request.seeds.length} seeds`, cells }],
  x,
  y,
  xLabel: 'radius (l2, input units)',
  yLabel: 'neurons',
  valueLabel: 'robust accuracy (share)',
  domain: [0, 1] as const,
};
writeFileSync('sweep.svg', heatMap(figure));
