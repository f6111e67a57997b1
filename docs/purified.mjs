// `node docs/purified.mjs RUN`: draws the picture of the README, what adversarial training takes from one neuron, from a run of `paper`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { battery, worstOf } from '@advml/attacks';
import { ball, classifier, key, l2 } from '@advml/core';
import { sparseCoding } from '@advml/data';
import { decodeSafetensors } from '@advml/formats';
import { robustAccuracy } from '@advml/metrics';
import { networkOf } from '@advml/networks';
import { lightAndDark } from '@advml/plots';
import { featureMass } from '@advml/purification';
import { useWasm } from '@advml/wasm';
import { scalar, tensor2d } from '@tensorflow/tfjs-core';

const [run] = process.argv.slice(2);
if (run === undefined) {
  console.error('usage: node docs/purified.mjs RUN   where RUN is the folder of a finished run of `paper`');
  process.exit(2);
}
if (!existsSync(join(run, 'claims.json'))) {
  console.error(`there is no finished run in ${run}; \`npx advml run paper --out ${run}\` makes one`);
  process.exit(2);
}
await useWasm();

const { setting, seeds } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
const data = sparseCoding({ ...setting.data, key: key('paper', seeds[0]).child('data') });
const test = data.batch(key('purified', 0), 1000);
const threat = ball(l2, setting.tau);
const attack = worstOf(battery('paper', { direction: data.mixture }).map((member) => member.attack(threat)));

/** The neurons of a network over the features, each feature with the sign of its vote; and how often it is right under attack. */
async function neuronsOf(name) {
  const { tensors, metadata } = decodeSafetensors(readFileSync(join(run, 'weights', `${name}.safetensors`)));
  const weight = tensor2d(tensors.weight.data, tensors.weight.shape);
  const model = classifier(networkOf(metadata), { weight, bias: scalar(tensors.bias.data[0]) });
  const { accuracy } = await robustAccuracy(model, test, attack, { key: key('purified', 1) });
  const alpha = data.toCoefficients(weight);
  const values = alpha.dataSync();
  const { mixture, topFeature } = featureMass(alpha, data.wStar);
  const rowOf = (neuron) => {
    const row = values.slice(neuron * data.atoms, (neuron + 1) * data.atoms);
    const size = Math.hypot(...row);
    return Array.from(row, (value, feature) => (value * Math.sign(data.wStar[feature])) / size);
  };
  return { mixture, topFeature, rowOf, right: accuracy.value };
}

const networks = { w: await neuronsOf('clean'), "w'": await neuronsOf('robust') };

/** The neuron with the median share of mixture in w. */
const ranked = [...networks.w.mixture.keys()].sort((a, b) => networks.w.mixture[a] - networks.w.mixture[b]);
const neuron = ranked[ranked.length >> 1];
const top = networks.w.topFeature[neuron];

const INK = '#1a1a1a';
const MUTED = '#595959';
const looks = {
  w: { color: '#d55e00', name: 'w, clean' },
  "w'": { color: '#0072b2', name: "w', adversarial" },
};
const text = (x, y, words, { size = 12, fill = INK, weight = 400, anchor = 'start' } = {}) =>
  `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}">${words}</text>`;
const line = (x1, y1, x2, y2) => `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${MUTED}" stroke-width="1" fill="none"/>`;
const path = (points, color, width) =>
  `<path d="M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}" stroke="${color}" stroke-width="${width}" fill="none"/>`;

const [left, right, floor, ceiling] = [16, 396, 268, 108];
const width = 340;
const rows = Object.entries(networks).map(([name, { rowOf }]) => {
  const own = rowOf(neuron).map((value) => value * Math.sign(rowOf(neuron)[top]));
  return { name, sorted: [own[top], ...own.filter((_, feature) => feature !== top)] }; // its own feature first
});

/** The first coefficients as bars, those of w and of w' side by side. */
const shown = 24;
const highest = Math.max(...rows.map(({ sorted }) => sorted[0]));
const bars = rows.flatMap(({ name, sorted }, at) =>
  sorted.slice(0, shown).map((value, place) => {
    const height = ((floor - ceiling) * Math.abs(value)) / highest;
    const x = left + (place * width) / shown + at * 6;
    return `<rect x="${x.toFixed(1)}" y="${(value < 0 ? floor : floor - height).toFixed(1)}" width="5" height="${height.toFixed(1)}" fill="${looks[name].color}"/>`;
  }),
);

/** What the coefficients add up to, feature by feature. */
const sums = rows.map(({ sorted }) => {
  let sum = 0;
  return sorted.map((value) => (sum += value));
});
const most = Math.max(...sums.flat());
const lines = sums.map((sum, at) => {
  const every = sum.map((value, place) => [
    right + (place * width) / sum.length,
    floor - ((floor - ceiling) * value) / most,
  ]);
  return path(
    every.filter((_, place) => place % 16 === 0 || place === sum.length - 1),
    looks[rows[at].name].color,
    2.5,
  );
});

const times = (sum, row) => (sum.at(-1) / row.sorted[0]).toFixed(Math.abs(sum.at(-1) / row.sorted[0]) < 3 ? 1 : 0);
const words = [
  text(left, 26, 'Adversarial training keeps the feature and takes away the mixture', { size: 17, weight: 700 }),
  text(
    left,
    48,
    `One neuron of ${ranked.length}, before and after. Measured on advml run paper, seed ${seeds[0]}, and 1,000 fresh examples; attack: l2, ${setting.tau}.`,
    {
      fill: MUTED,
    },
  ),
  text(left, 84, `Its weights on ${shown} features: one feature stands out`, { weight: 600 }),
  text(right, 84, `All ${data.atoms} added up: a little of each is much`, { weight: 600 }),
  text(left, floor + 18, 'its own feature', { size: 11, fill: MUTED }),
  text(left + width, floor + 18, `${shown - 1} others`, { size: 11, fill: MUTED, anchor: 'end' }),
  text(right, floor + 18, 'features', { size: 11, fill: MUTED }),
  ...rows.map((row, at) =>
    text(right + width, at === 0 ? ceiling - 4 : floor - 12, `${times(sums[at], row)} times the feature`, {
      size: 11,
      fill: looks[row.name].color,
      anchor: 'end',
      weight: 600,
    }),
  ),
];
const legend = rows.flatMap(({ name }, at) => {
  const x = at === 0 ? left : right;
  return [
    `<rect x="${x}" y="${floor + 38}" width="12" height="12" fill="${looks[name].color}"/>`,
    text(x + 18, floor + 48, `${looks[name].name}: right on ${(100 * networks[name].right).toFixed(1)}% under attack`, {
      size: 12,
      weight: 600,
    }),
  ];
});
const drawn = [
  ...bars,
  line(left, floor, left + width, floor),
  line(right, floor, right + width, floor),
  ...lines,
  ...words,
  ...legend,
];
const told = `Left: the same neuron has one large weight before and after. Right: before, its small weights on all features add up to ${times(sums[0], rows[0])} times that; after, to ${times(sums[1], rows[1])} times.`;
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 752 336" width="752" height="336" role="img" aria-label="What adversarial training takes from one neuron" font-family="system-ui, sans-serif" fill="${INK}"><desc>${told}</desc><rect width="752" height="336" fill="#ffffff"/>${drawn.join('')}</svg>\n`;
writeFileSync(new URL('guides/figures/purified.svg', import.meta.url), lightAndDark(svg));
