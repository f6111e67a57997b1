// `pnpm build && node bench/closest-table.mjs [--write]`: attacks that look for the closest error, on networks so small that it is known,
// as the second table of docs/guides/attacks.md; `--write` puts it there.
import { readFileSync, writeFileSync } from 'node:fs';
import { apgd, carliniWagner, ddn, deepFool, fab, fmn, hopSkipJump, smallestEps } from '@advml/attacks';
import { ball, key, l1, l2, linf } from '@advml/core';
import { smallNetworks } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor2d } from '@tensorflow/tfjs-core';

const root = key('closest-table', 0);
const norms = [l1, l2, linf];

await useWasm();
const networks = smallNetworks();
const truths = new Map(norms.map((norm) => [norm, networks.map((network) => network.closest(norm))]));

const attacks = [
  ['DeepFool', (threat) => deepFool({ threat })],
  ['DDN', (threat) => ddn({ threat }), [l2]],
  ['DDN, one search of 100 steps, no polish', (threat) => ddn({ threat, steps: 100, restarts: 1, polish: 0 }), [l2]],
  ['FMN', (threat) => fmn({ threat })],
  ['FMN, one search of 100 steps, no polish', (threat) => fmn({ threat, steps: 100, restarts: 1, polish: 0 })],
  ['FAB', (threat) => fab({ threat })],
  ['FAB, one search of 100 steps, no polish', (threat) => fab({ threat, steps: 100, restarts: 1, polish: 0 })],
  ['Carlini-Wagner, 9 times 200 steps', (threat) => carliniWagner({ threat, steps: 200, rate: 0.03 }), [l2]],
  [
    'APGD, 20 steps, at the smallest radius',
    (threat) => smallestEps((own) => apgd({ threat: own, steps: 20 }), { threat }),
  ],
  ['HopSkipJump', (threat) => hopSkipJump({ threat }), [l2, linf]],
];

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const line = (cells) => `| ${cells.join(' | ')} |`;

/** One row: the shares within 1% of the closest error, how many errors were not found at all, and what an example cost. */
function row([name, make, own = norms]) {
  const [gradients, queries] = [[], []];
  let missed = 0;
  const cells = norms.map((norm) => {
    if (!own.includes(norm)) return '';
    const ratios = networks.flatMap(({ model, x, labels }, nth) => {
      const [points, y] = [tensor2d(x), labels()];
      const result = make(ball(norm, Number.POSITIVE_INFINITY))(model, points, y, { key: root.child(nth) });
      gradients.push(...result.gradients);
      queries.push(...(result.queries ?? []));
      for (const tensor of [points, y, result.x]) tensor.dispose();
      missed += result.success.filter((fooled) => !fooled).length;
      return truths.get(norm)[nth].map((size, at) => (result.success[at] ? result.distance[at] / size : Infinity));
    });
    return mean(ratios.map((ratio) => (ratio <= 1.01 ? 1 : 0))).toFixed(2);
  });
  console.error(name, ...cells, missed);
  return line([
    name,
    ...cells,
    missed,
    ...[gradients, queries].map((counts) => Math.round(mean(counts)).toLocaleString('en-US')),
  ]);
}

const table = [
  line(['within 1% of the closest error', ...norms.map(({ name }) => name), 'missed', 'gradients', 'queries']),
  line(['---', ...Array(norms.length + 3).fill('---:')]),
  ...attacks.map(row),
].join('\n');

if (process.argv.includes('--write')) {
  const guide = new URL('../docs/guides/attacks.md', import.meta.url);
  const [before, after] = readFileSync(guide, 'utf8').split(/(?<=<!-- closest -->\n).*(?=<!-- end closest -->)/s);
  writeFileSync(guide, `${before}\n${table}\n\n${after}`);
} else console.log(table);
