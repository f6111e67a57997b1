// `pnpm build && node bench/attacks-table.mjs [--write]`: every attack on one trained network, as the table of docs/guides/attacks.md;
// `--write` puts it there.
import { readFileSync, writeFileSync } from 'node:fs';
import {
  apgd,
  autoAttack,
  bim,
  carliniWagner,
  ddn,
  deepFool,
  fab,
  fgm,
  findPatch,
  findUniversal,
  fmn,
  hopSkipJump,
  miFgsm,
  noise,
  paste,
  patch,
  pdpgd,
  pgd,
  restarts,
  sigmaZero,
  slide,
  smallestEps,
  sparsePgd,
  square,
  targetedSweep,
  transfer,
  universal,
} from '@advml/attacks';
import { ball, classifier, crossEntropy, dlr, key, l0, l1, l2, linf, scaleFreeMargin } from '@advml/core';
import { examplesOf, fixedBatches, gaussianMixture } from '@advml/data';
import { cleanAccuracy, optimality } from '@advml/metrics';
import { mlp } from '@advml/networks';
import { adam } from '@advml/optimizers';
import { cleanObjective, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { clipByValue } from '@tensorflow/tfjs-core';
import { median } from './measured.mjs';

const root = key('attacks-table', 0);
const radii = new Map([
  [l1, 3],
  [l2, 1.2],
  [linf, 0.3],
]);
const norms = [...radii.keys()];
const box = { low: -1.5, high: 1.5 };

await useWasm();
const data = gaussianMixture({ dimension: 32, classes: 5, separation: 4, key: root.child('data') });
const network = mlp({ inputs: 32, hidden: [128, 128], outputs: 5 });
const test = data.batch(root.child('test'), 300);
// A thousand examples, sixty times each: what the network computes is far from linear.
const sample = examplesOf(data.batch(root.child('train'), 1000));
const model = await trained('network');
const other = await trained('other');

async function trained(name) {
  const { params } = await fit({
    network,
    params: network.init(root.child(name)),
    objective: cleanObjective(),
    optimizer: adam({ rate: 3e-3 }),
    batches: fixedBatches(sample, 100, root.child(name, 'order')),
    steps: 600,
    key: root.child(name, 'fit'),
  });
  return classifier(network, params);
}

const inBox = ({ x, y }) => ({ x: clipByValue(x, box.low, box.high), y });

const universals = new Map();
for (const [norm, eps] of radii) {
  const examples = data.batch(root.child('universal'), 400);
  const { delta } = await findUniversal(model, examples, { threat: ball(norm, eps), key: root.child('universal') });
  universals.set(norm, delta);
}

const { pixels } = await findPatch(model, inBox(data.batch(root.child('universal'), 400)), {
  threat: ball(linf, radii.get(linf), box),
  size: 16,
  key: root.child('patch'),
});

/** Attacks with a fixed budget: what they are called, how they are made, and for which norms. */
const fixed = [
  ['noise, 100 draws', (threat) => noise({ threat, draws: 100 })],
  ['universal, found on other examples', (threat) => universal({ threat, delta: universals.get(threat.norm) })],
  [
    'transfer of PGD, 100 steps, from a second network',
    (threat) => transfer(pgd({ threat, steps: 100, earlyStop: false }), other),
  ],
  ['FGM', (threat) => fgm({ threat })],
  ['BIM, 20 steps', (threat) => bim({ threat, steps: 20 })],
  ['MI-FGSM, 20 steps', (threat) => miFgsm({ threat, steps: 20 })],
  ['SLIDE, 100 steps', (threat) => slide({ threat, steps: 100 }), [l1]],
  ...[20, 100].flatMap((steps) => [
    [`PGD, ${steps} steps`, (threat) => pgd({ threat, steps })],
    [`APGD, ${steps} steps`, (threat) => apgd({ threat, steps })],
  ]),
  ['APGD on cross-entropy, 100 steps', (threat) => apgd({ threat, loss: crossEntropy })],
  ['APGD on the scale-free margin, 100 steps', (threat) => apgd({ threat, loss: scaleFreeMargin })],
  ['APGD on DLR, 100 steps', (threat) => apgd({ threat, loss: dlr })],
  ['PGD, 100 steps, 5 restarts', (threat) => pgd({ threat, steps: 100, restarts: 5 })],
  ['APGD, 100 steps, 5 restarts', (threat) => restarts(apgd({ threat }), 5)],
  ['APGD on DLR, 100 steps towards each of 4 classes', (threat) => targetedSweep(apgd({ threat, loss: dlr }), 4)],
  ['one patch of 16 of 32 entries for all, every place', (threat) => paste({ threat, pixels, size: 16 }), [linf]],
  ['patch of 16 of 32 entries, 4 places', (threat) => patch({ threat, size: 16 }), [linf]],
  ['Square, 500 queries', (threat) => square({ threat, queries: 500 })],
  ['FAB, 4 times 25 steps', (threat) => fab({ threat })],
  ['FMN, 4 times 25 steps', (threat) => fmn({ threat })],
  ['HopSkipJump, 10 steps', (threat) => hopSkipJump({ threat, steps: 10 }), [l2, linf]],
  ['AutoAttack, 500 queries', (threat) => autoAttack({ threat, queries: 500 })],
];

/** Attacks that look for the closest adversarial example. */
const closest = [
  ['DeepFool', (threat) => deepFool({ threat })],
  ['DDN, 4 times 25 steps', (threat) => ddn({ threat }), [l2]],
  ['Carlini-Wagner, 9 times 100 steps', (threat) => carliniWagner({ threat, steps: 100, rate: 0.03 }), [l2]],
  ['FMN, 4 times 25 steps', (threat) => fmn({ threat })],
  ['FMN, 100 steps', (threat) => fmn({ threat, steps: 100, restarts: 1 })],
  ['PDPGD, 4 times 25 steps', (threat) => pdpgd({ threat })],
  ['FAB, 4 times 25 steps', (threat) => fab({ threat })],
  ['FAB, 100 steps', (threat) => fab({ threat, steps: 100, restarts: 1 })],
  [
    'PGD, 20 steps, at the smallest radius',
    (threat) => smallestEps((own) => pgd({ threat: own, steps: 20 }), { threat }),
  ],
  ['HopSkipJump, 10 steps', (threat) => hopSkipJump({ threat, steps: 10 }), [l2, linf]],
  ['HopSkipJump, 30 steps', (threat) => hopSkipJump({ threat, steps: 30 }), [l2, linf]],
];

/** The same with about 2,000 passes forward and back an example, a gradient being two: for their optimality. */
const patient = [
  ['DeepFool, 50 restarts', (threat) => deepFool({ threat, restarts: 50 })],
  ['DDN, 9 times 100 steps', (threat) => ddn({ threat, steps: 100, restarts: 9 }), [l2]],
  ['Carlini-Wagner, 9 times 100 steps', (threat) => carliniWagner({ threat, steps: 100, rate: 0.03 }), [l2]],
  ['FMN, 9 times 100 steps', (threat) => fmn({ threat, steps: 100, restarts: 9 })],
  ['FMN, 36 times 25 steps', (threat) => fmn({ threat, restarts: 36 })],
  ['PDPGD, 36 times 25 steps', (threat) => pdpgd({ threat, restarts: 36 })],
  ['FAB, 8 times 25 steps', (threat) => fab({ threat, restarts: 8 })],
  [
    'PGD, 150 steps, at the smallest radius',
    (threat) => smallestEps((own) => pgd({ threat: own, steps: 150 }), { threat }),
  ],
  [
    'APGD, 150 steps, at the smallest radius',
    (threat) => smallestEps((own) => apgd({ threat: own, steps: 150 }), { threat }),
  ],
];

/** Attacks that change few entries, in a box, without which one entry is always enough. */
const few = [
  ['noise, 500 draws', (threat) => noise({ threat, draws: 500 }), [1, 2, 4]],
  ['sparse PGD, 100 steps', (threat) => sparsePgd({ threat }), [1, 2, 4]],
  ['sparse PGD, 100 steps, 5 restarts', (threat) => sparsePgd({ threat, restarts: 5 }), [1, 2, 4]],
  ['sigma-zero, 300 steps', (threat) => sigmaZero({ threat }), [1, 2, 4, Number.POSITIVE_INFINITY]],
  ['AutoAttack, 500 queries', (threat) => autoAttack({ threat, queries: 500 }), [1, 2, 4]],
];

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const whole = (value) => (value === undefined ? '' : Math.round(value).toLocaleString('en-US'));

/** One row: a figure for each norm, and what an example cost, in the mean over examples and norms. */
function row([name, make, own = norms], epsOf, figure) {
  const found = new Map();
  for (const norm of own) {
    const result = make(ball(norm, epsOf(norm)))(model, test.x, test.y, { key: root.child('attack') });
    result.x.dispose();
    found.set(norm, result);
  }
  const results = [...found.values()];
  const cells = norms.map((norm) => (found.has(norm) ? figure(found.get(norm)).toFixed(3) : ''));
  const gradients = mean(results.map((one) => mean([...one.gradients])));
  const queries = results[0].queries && mean(results.map((one) => mean([...one.queries])));
  console.error(name, ...cells);
  return `| ${[name, ...cells, whole(gradients), whole(queries)].join(' | ')} |`;
}

/** One row of attacks on few entries: a robust accuracy for each number of entries, and the mean of the fewest. */
function fewRow([name, make, counts]) {
  const { x: clipped } = inBox(test);
  const results = counts.map((eps) => make(ball(l0, eps, box))(model, clipped, test.y, { key: root.child('attack') }));
  for (const { x } of results) x.dispose();
  clipped.dispose();
  const cells = [1, 2, 4].map((_, at) => robust(results[at]).toFixed(3));
  const fewest = results[3] ? mean([...results[3].distance]).toFixed(2) : '';
  const costs = ['gradients', 'queries'].map((cost) => whole(mean(results.map((one) => mean([...one[cost]])))));
  console.error(name, ...cells, fewest);
  return line([name, ...cells, fewest, ...costs]);
}

const robust = ({ success }) => mean(success.map((fooled) => (fooled ? 0 : 1)));
const distance = ({ success, distance }) => median([...distance].map((size, at) => (success[at] ? size : Infinity)));

/** The rows of the table of optimality: each attack against the closest that any of them found. */
function optimalityRows() {
  const found = patient.map(([name, make, own = norms]) => {
    const results = norms.map((norm) => {
      if (!own.includes(norm)) return undefined;
      const result = make(ball(norm, Number.POSITIVE_INFINITY))(model, test.x, test.y, { key: root.child('attack') });
      result.x.dispose();
      return { ...result, distance: [...result.distance].map((size, at) => (result.success[at] ? size : Infinity)) };
    });
    console.error(name);
    return { name, results };
  });
  const best = norms.map((_, nth) =>
    Array.from({ length: test.x.shape[0] }, (_unused, at) =>
      Math.min(...found.flatMap(({ results }) => (results[nth] ? [results[nth].distance[at]] : []))),
    ),
  );
  return found.map(({ name, results }) => {
    const cells = results.map((one, nth) => (one ? optimality(one.distance, best[nth]).toFixed(4) : ''));
    const passes = results
      .filter(Boolean)
      .map(({ gradients, queries }) => mean([...gradients].map((n, at) => 2 * n + queries[at])));
    return line([name, ...cells, whole(mean(passes))]);
  });
}

const clean = await cleanAccuracy(model, test);
const line = (cells) => `| ${cells.join(' | ')} |`;
const rule = line(['---', ...Array(norms.length + 2).fill('---:')]);
const headed = (...first) => [line([...first, 'gradients', 'queries']), rule];
const table = [
  `Accuracy without an attack is ${clean.value.toFixed(3)}.`,
  '',
  ...headed('fixed budget: robust accuracy', ...[...radii].map(([{ name }, eps]) => `${name}, ${eps}`)),
  ...fixed.map((attack) => row(attack, (norm) => radii.get(norm), robust)),
  '',
  ...headed('closest example: median distance', ...norms.map(({ name }) => name)),
  ...closest.map((attack) => row(attack, () => Number.POSITIVE_INFINITY, distance)),
  '',
  line(['optimality', ...norms.map(({ name }) => name), 'passes']),
  line(['---', ...Array(norms.length + 1).fill('---:')]),
  ...optimalityRows(),
  '',
  line([
    'few entries (l0), in [-1.5, 1.5]: robust accuracy',
    '1 entry',
    '2',
    '4',
    'fewest, mean',
    'gradients',
    'queries',
  ]),
  line(['---', ...Array(6).fill('---:')]),
  ...few.map(fewRow),
].join('\n');

if (process.argv.includes('--write')) {
  const guide = new URL('../docs/guides/attacks.md', import.meta.url);
  const [before, after] = readFileSync(guide, 'utf8').split(/(?<=<!-- table -->\n).*(?=<!-- end -->)/s);
  writeFileSync(guide, `${before}\n${table}\n\n${after}`);
} else console.log(table);
