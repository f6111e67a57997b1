// `pnpm build && node bench/closest-table.mjs [--write]`: attacks that look for the closest error, on networks so small that it is known,
// as the second table of docs/guides/attacks.md; `--write` puts it there.
import { readFileSync, writeFileSync } from 'node:fs';
import { apgd, carliniWagner, ddn, deepFool, ead, fab, fmn, hopSkipJump, pdpgd, smallestEps } from '@advml/attacks';
import { ball, key, l1, l2, linf } from '@advml/core';
import { optimality } from '@advml/metrics';
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
  ['PDPGD', (threat) => pdpgd({ threat })],
  ['PDPGD, one search of 100 steps, no polish', (threat) => pdpgd({ threat, steps: 100, restarts: 1, polish: 0 })],
  ['EAD, 9 times 100 steps', (threat) => ead({ threat }), [l1]],
  ['Carlini-Wagner, 9 times 200 steps', (threat) => carliniWagner({ threat, steps: 200, rate: 0.03 }), [l2]],
  [
    'APGD, 20 steps, at the smallest radius',
    (threat) => smallestEps((own) => apgd({ threat: own, steps: 20 }), { threat }),
  ],
  ['HopSkipJump', (threat) => hopSkipJump({ threat }), [l2, linf]],
];

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const line = (cells) => `| ${cells.join(' | ')} |`;

/** What an attack finds in a norm, beside what there is. */
function distancesIn(norm, make, costs) {
  return networks.flatMap(({ model, x, labels }, nth) => {
    const [points, y] = [tensor2d(x), labels()];
    const result = make(ball(norm, Number.POSITIVE_INFINITY))(model, points, y, { key: root.child(nth) });
    costs.gradients.push(...result.gradients);
    costs.queries.push(...result.queries);
    for (const tensor of [points, y, result.x]) tensor.dispose();
    return truths
      .get(norm)
      [nth].map((truth, at) => ({ truth, size: result.success[at] ? result.distance[at] : Infinity }));
  });
}

/**
 * One row: the shares within 1% of the closest error, optimality against it, how many errors were not found at all, and what an example
 * cost.
 */
function row([name, make, own = norms]) {
  const costs = { gradients: [], queries: [] };
  const found = norms.map((norm) => (own.includes(norm) ? distancesIn(norm, make, costs) : undefined));
  const missed = found.flatMap((pairs) => pairs ?? []).filter(({ size }) => size === Infinity).length;
  const near = ({ size, truth }) => (size <= 1.01 * truth ? 1 : 0);
  const share = (pairs) =>
    optimality(
      pairs.map(({ size }) => size),
      pairs.map(({ truth }) => truth),
    ); // prettier-ignore
  const cells = [(pairs) => mean(pairs.map(near)).toFixed(2), (pairs) => share(pairs).toFixed(4)].flatMap((figure) =>
    found.map((pairs) => (pairs ? figure(pairs) : '')),
  );
  console.error(name, ...cells, missed);
  return line([
    name,
    ...cells,
    missed,
    ...Object.values(costs).map((counts) => Math.round(mean(counts)).toLocaleString('en-US')),
  ]);
}

const table = [
  line([
    'within 1% of the closest error, and optimality',
    ...norms.map(({ name }) => name),
    ...norms.map(({ name }) => `optimality, ${name}`),
    'missed',
    'gradients',
    'queries',
  ]),
  line(['---', ...Array(2 * norms.length + 3).fill('---:')]),
  ...attacks.map(row),
].join('\n');

if (process.argv.includes('--write')) {
  const guide = new URL('../docs/guides/attacks.md', import.meta.url);
  const [before, after] = readFileSync(guide, 'utf8').split(/(?<=<!-- closest -->\n).*(?=<!-- end closest -->)/s);
  writeFileSync(guide, `${before}\n${table}\n\n${after}`);
} else console.log(table);
