import { ball, key, linf, withMask } from '@advml/core';
import { expectNoLeak, linearScore, numbersOf, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { reshape, type Tensor, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { findPatch, paste } from '../src/index.ts';

beforeAll(() => useWasm());

const [COUNT, HEIGHT, WIDTH, CHANNELS, SIZE] = [10, 3, 7, 2, 3];
const ENTRIES = HEIGHT * WIDTH * CHANNELS;
const root = { key: key('patch for all', 0) };
const options = { ...root, size: SIZE };
const threat = ball(linf, 1, { low: 0, high: 1 });
const indices = (length: number) => [...Array(length).keys()];
const flatten = (model: (x: Tensor) => Tensor) => (x: Tensor) => tidy(() => model(reshape(x, [x.shape[0], ENTRIES])));

/** Signs of the weights by row and channel: the patch moves along rows only, so the same pixels are best at every place. */
const SIGNS = [1, -1, -1, -1, 1, 1];
const amounts = Array.from(key('patch for all', 'w').uniform(ENTRIES), (value) => value + 0.1);
const w = amounts.map((value, at) => value * SIGNS[Math.floor(at / (WIDTH * CHANNELS)) * CHANNELS + (at % CHANNELS)]);
const best = indices(SIZE * SIZE * CHANNELS).map((at) =>
  SIGNS[Math.floor(at / (SIZE * CHANNELS)) * CHANNELS + (at % CHANNELS)] > 0 ? 0 : 1,
);
const inputs = indices(COUNT).map((at) => Array.from(key('patch for all', 'x', at).uniform(ENTRIES)));
const batch = () => ({ x: tensor(inputs.flat(), [COUNT, HEIGHT, WIDTH, CHANNELS]), y: tensor1d(Array(COUNT).fill(1)) });
const score = (row: readonly number[], bias = 0) => row.reduce((sum, value, at) => sum + value * w[at], bias);

/** An example under the best patch at each of its places. */
const covered = (row: readonly number[]) =>
  indices(WIDTH - SIZE + 1).map((left) =>
    row.map((value, at) => {
      const [top, column] = [Math.floor(at / (WIDTH * CHANNELS)), Math.floor(at / CHANNELS) % WIDTH];
      const isUnder = column >= left && column < left + SIZE;
      return isUnder ? best[(top * SIZE + column - left) * CHANNELS + (at % CHANNELS)] : value;
    }),
  );

it('finds the patch that a linear score yields to at every place, whose worst place is known', async () => {
  const lowest = inputs.map((row) => Math.min(...covered(row).map((at) => score(at))));
  const sorted = lowest.toSorted((a, b) => a - b);
  const bias = -(sorted[3] + sorted[4]) / 2; // four examples can be fooled
  const model = flatten(linearScore(w, bias).model);
  const { x, y } = batch();
  const { pixels, gradients } = await findPatch(model, { x, y }, { ...options, threat, steps: 40 });
  expect(pixels).toBeAllClose(best);
  expect(gradients).toBe(41);
  const result = paste({ threat, pixels, size: SIZE })(model, x, y, root);
  expect(result.success.filter(Boolean).length).toBe(4);
  expect(result.loss).toBeAllClose(
    lowest.map((value) => -value - bias),
    { absolute: 1e-4 },
  );
  expect([...new Set(result.queries)]).toEqual([WIDTH - SIZE + 1]);
  for (const tensor of [x, y, result.x]) tensor.dispose();
});

it('lies at random places where it is told to, each example at its own', () => {
  const model = flatten(linearScore(w, 99).model);
  const { x, y } = batch();
  const { x: worst } = paste({ threat, pixels: best, size: SIZE, places: 1 })(model, x, y, root);
  const points = numbersOf(worst);
  const lefts = inputs.map((row, at) =>
    covered(row).findIndex((one) => one.every((value, entry) => Math.abs(value - points[at * ENTRIES + entry]) < 1e-6)),
  );
  expect(lefts.every((left) => left >= 0)).toBe(true);
  expect(new Set(lefts).size).toBeGreaterThan(2);
  for (const tensor of [x, y, worst]) tensor.dispose();
});

it('keeps to a small ball, and learns nothing where the mask holds', async () => {
  const model = flatten(linearScore(w, 99).model);
  const { x, y } = batch();
  const mask = indices(ENTRIES).map((at) => at % CHANNELS === 0);
  const own = withMask(ball(linf, 0.25, { low: 0, high: 1 }), mask);
  const { pixels } = await findPatch(model, { x, y }, { ...options, threat: own, steps: 20 });
  expect(pixels).toBeAllClose(best.map((value, at) => (at % CHANNELS === 0 ? value : 0.5)));
  const { x: worst, distance } = paste({ threat: own, pixels, size: SIZE })(model, x, y, root);
  expect(distance).toBeAllClose(Array(COUNT).fill(0.25));
  for (const tensor of [x, y, worst]) tensor.dispose();
});

it('gives the same bits for any size of a slice, other bits for another key, and keeps no tensor', async () => {
  const model = flatten(reluNet(2, { inputs: ENTRIES, hidden: 20 }));
  const { x } = batch();
  const y = tensor1d(key('patch for all', 'y').signs(COUNT));
  const find = (batchSize: number, own = options.key) =>
    findPatch(model, { x, y }, { threat, size: 2, steps: 5, batchSize, key: own });
  const whole = await find(256);
  for (const batchSize of [1, 7]) expect(await find(batchSize)).toEqual(whole);
  expect((await find(256, key('other'))).pixels).not.toEqual(whole.pixels);
  expect(whole.pixels.every((value) => value >= 0 && value <= 1)).toBe(true);
  await expectNoLeak(() => find(4));
});

it('refuses what it cannot use', async () => {
  const model = flatten(linearScore(w).model);
  const find = (given: object) => findPatch(model, batch(), { ...options, threat, ...given });
  await expect(find({ threat: ball(linf, 1) })).rejects.toThrow('findPatch needs a finite box for its colours');
  await expect(find({ size: 1.5 })).rejects.toThrow('size must be');
  const { x, y } = batch();
  expect(() => paste({ threat, pixels: [1, 0], size: SIZE })(model, x, y, root)).toThrow(
    'pixels must hold 18 numbers, 3 x 3 x 2, got 2',
  );
});
