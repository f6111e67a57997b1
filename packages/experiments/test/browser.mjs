// Runs the smoke preset in Node and then in Chromium, both on the built packages: weights and accuracies
// must be the same to the bit.
// Usage: node packages/experiments/test/browser.mjs (after the build).
import { fileURLToPath } from 'node:url';
import { memoryStore, startRun } from '@advml/experiments';
import { checksum } from '@advml/formats';
import { useWasm } from '@advml/wasm';
import { checkPage } from '../../../test/browser-page.mjs';

await useWasm();
const store = memoryStore();
await startRun(store, { preset: 'smoke' });
const measures = ['robustness-clean', 'robustness-robust', 'curve-robust', 'overfitting'].map(
  (name) => `measures/${name}.json`,
);
const weights = ['init', 'clean', 'robust'].map((name) => `weights/${name}.safetensors`);
const expected = {};
for (const file of [...measures, ...weights]) expected[file] = checksum(await store.read(file));

const root = fileURLToPath(new URL('browser', import.meta.url));
await checkPage(root, [`?${new URLSearchParams(expected)}`]);
