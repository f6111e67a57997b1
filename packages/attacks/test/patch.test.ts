import { ball, key, linf, withMask } from '@advml/core';
import { linearScore, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { reshape, sub, type Tensor, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { patch } from '../src/index.ts';

beforeAll(() => useWasm());

const [COUNT, HEIGHT, WIDTH, CHANNELS, SIZE] = [6, 7, 5, 2, 3];
const ENTRIES = HEIGHT * WIDTH * CHANNELS;
const box = { low: 0, high: 1 };
const w = Array.from(key('patch', 'w').normal(ENTRIES));
const { model: flat } = linearScore(w);
const model = (x: Tensor) => tidy(() => flat(reshape(x, [x.shape[0], ENTRIES])));
const inputs = Array.from({ length: COUNT }, (_, at) => Array.from(key('patch', 'x', at).uniform(ENTRIES)));
const indices = (length: number) => [...Array(length).keys()];

/** What each pixel gives up at most, over its channels. */
const losses = (x: readonly number[], eps: number, free: (at: number) => boolean) =>
  indices(HEIGHT * WIDTH).map((pixel) =>
    indices(CHANNELS)
      .map((channel) => pixel * CHANNELS + channel)
      .filter(free)
      .reduce((sum, at) => sum + Math.abs(w[at]) * Math.min(eps, w[at] > 0 ? x[at] : 1 - x[at]), 0),
  );

/** The most that any window of SIZE x SIZE pixels can take from a linear score, by trying all of them. */
function most(x: readonly number[], eps: number, free: (at: number) => boolean): number {
  const each = losses(x, eps, free);
  const windows = indices(HEIGHT - SIZE + 1).flatMap((top) => indices(WIDTH - SIZE + 1).map((left) => [top, left]));
  return Math.max(
    ...windows.map(([top, left]) =>
      indices(SIZE * SIZE)
        .map((at) => each[(top + Math.floor(at / SIZE)) * WIDTH + left + (at % SIZE)])
        .reduce((a, b) => a + b),
    ),
  );
}

const mask = indices(ENTRIES).map((at) => at % 3 !== 0);

it('leaves alone the windows in which nothing can be gained', () => {
  const corner = indices(ENTRIES).map((at) => at < CHANNELS);
  const attack = patch({ threat: withMask(ball(linf, 0.1, box), corner), size: 2, steps: 5, earlyStop: false });
  const x = tensor(inputs.flat(), [COUNT, HEIGHT, WIDTH, CHANNELS]);
  const result = attack(model, x, tensor1d(Array(COUNT).fill(1)), { key: key('patch', 0) });
  expect(result.zeroGradient).not.toContain(true);
  expect([...result.gradients]).toEqual(Array(COUNT).fill(6)); // of one window
});

it.each([
  ['of any colour', 1, undefined],
  ['of little contrast', 0.2, undefined],
  ['under a mask', 1, mask],
] as const)('a patch %s takes from a linear score what the best window can', (_, eps, free) => {
  const plain = ball(linf, eps, box);
  const attack = patch({ threat: free ? withMask(plain, free) : plain, size: SIZE, places: 1, earlyStop: false });
  const [x, y] = [tensor(inputs.flat(), [COUNT, HEIGHT, WIDTH, CHANNELS]), tensor1d(Array(COUNT).fill(1))];
  const { loss, x: worst } = attack(model, x, y, { key: key('patch', 0) });
  const scores = inputs.map((row) => row.reduce((sum, value, at) => sum + value * w[at], 0));
  expect(loss).toBeAllClose(
    inputs.map((row, at) => most(row, eps, (entry) => free?.[entry] ?? true) - scores[at]),
    { absolute: 1e-4 },
  );
  const delta = numbersOf(tidy(() => sub(worst, x)));
  for (const row of indices(COUNT)) {
    const changed = indices(ENTRIES)
      .filter((at) => delta[row * ENTRIES + at] !== 0)
      .map((at) => Math.floor(at / CHANNELS)); // prettier-ignore
    const [tops, lefts] = [changed.map((pixel) => Math.floor(pixel / WIDTH)), changed.map((pixel) => pixel % WIDTH)];
    for (const places of [tops, lefts]) expect(Math.max(...places) - Math.min(...places)).toBeLessThan(SIZE);
  }
  for (const one of [x, y, worst]) one.dispose();
});
