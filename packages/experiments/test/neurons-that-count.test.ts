import { decompose } from '@advml/purification';
import { expect, it } from 'vitest';
import { neuronsThatCount, placeOf } from '../src/shared/neurons-that-count.ts';
import { layersLeft } from '../src/shared/path/points.ts';

/** Two large neurons that turn by a right angle, and two small ones that stay. */
const before = { shape: [4, 2], data: [3, 0, 0, 1, 0, 4, 1, 0] };
const after = { shape: [4, 2], data: [0, 3, 0, 1, 4, 0, 1, 0] };

it('counts the larger half of a hidden layer, and all outputs', () => {
  const decomposition = decompose(before, after);
  expect(neuronsThatCount(decomposition, 'hidden')).toEqual([0, 2]);
  expect(neuronsThatCount(decomposition, 'output')).toEqual([0, 1, 2, 3]);
  expect(['a', 'b'].map((name) => placeOf(['a', 'b'], name))).toEqual(['hidden', 'output']);
});

it('is what the path of purification has of each layer', () => {
  const [w, now] = [before, after].map((weights) => ({ first: weights, last: weights }));
  const shares = (neurons: 'all' | 'that count') =>
    layersLeft(w, now, ['first', 'last'], neurons).map(({ share }) => share);
  expect(shares('that count')).toEqual([0, 0.5]);
  expect(shares('all')).toEqual([0.5, 0.5]);
});
