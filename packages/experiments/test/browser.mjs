// Runs smoke presets in Node and then in Chromium, both on the built packages: weights and measurements must be the same to the
// bit.
// Usage: node packages/experiments/test/browser.mjs (after the build).
import { fileURLToPath } from 'node:url';
import { experimentNamed } from '@advml/experiments';
import { checksum } from '@advml/formats';
import { memoryStore, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { checkPage } from '../../../test/browser-page.mjs';

/** What is compared, by experiment, and of which setting: the smoke preset, with the claims that need it. */
const compared = {
  paper: {
    overrides: [{ claims: ['C1', 'C9'] }],
    measures: ['robustness-clean', 'robustness-robust', 'curve-robust', 'overfitting/variants'],
    weights: ['init', 'clean', 'robust'],
  },
  'images-cnn': {
    overrides: [
      { claims: 'all', clean: { epochs: 2 }, adversarial: { epochs: 2 }, path: { shares: [0.1] } },
      { evaluation: { steps: 4, probeSteps: 2, examples: 20, probeExamples: 20 }, lowRank: { examples: 20 } },
    ],
    measures: ['accuracy/robust-linf', 'layers/neurons-linf', 'sparse', 'pictures/attacked'],
    weights: ['init', 'clean', 'robust-linf', 'rank-0.25'],
  },
};

await useWasm();
const queries = [];
for (const [experiment, { overrides, measures, weights }] of Object.entries(compared)) {
  const store = memoryStore();
  await startRun(store, experimentNamed(experiment), { preset: 'smoke', overrides });
  const files = [
    ...measures.map((name) => `measures/${name}.json`),
    ...weights.map((name) => `weights/${name}.safetensors`),
  ];
  const query = new URLSearchParams({ experiment, overrides: JSON.stringify(overrides) });
  for (const file of files) query.set(file, checksum(await store.read(file)));
  queries.push(`?${query}`);
}

const root = fileURLToPath(new URL('browser', import.meta.url));
await checkPage(root, queries);
