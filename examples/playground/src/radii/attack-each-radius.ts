// An image attacked within every radius of a grid, so that a page can show any of them at once.
import { pgd } from '@advml/attacks';
import type { Classifier, Key, Threat } from '@advml/core';
import { dispose, type Tensor1D, tensor, tensor1d, tidy, tile } from '@tensorflow/tfjs-core';
import { probabilitiesOf } from './probabilities.ts';

/** Radii beside 0. */
const RADII = 16;

/** An image and its class. */
export interface Subject {
  /** Its numbers, in order of memory. */
  readonly pixels: Float32Array;
  /** Its shape, without the batch. */
  readonly shape: readonly number[];
  /** The class that it has: for scores -1 or +1. */
  readonly label: number;
}

/** What the attack found at every radius. */
export interface EachRadius {
  /** From 0 to the largest, in input units. */
  readonly radii: readonly number[];
  /** The attacked images, [radii, ...shape]. */
  readonly images: Float32Array;
  /** Probabilities of the classes, [radii, classes]. */
  readonly probabilities: Float32Array;
  /** Number of classes. */
  readonly classes: number;
}

/** Attacks an image within each radius up to that of the threat. */
export function attackEachRadius(
  model: Classifier,
  { pixels, shape, label }: Subject,
  threat: Threat,
  key: Key,
): EachRadius {
  const radii = Array.from({ length: RADII + 1 }, (_, at) => (threat.eps * at) / RADII);
  const x = tidy(() => tile(tensor(pixels, [1, ...shape]), [radii.length, ...shape.map(() => 1)])); // one copy a radius
  const y = tensor1d(radii.map(() => label));
  const attack = pgd({ threat, steps: 20, start: 'first-at-x-then-random', restarts: 2, earlyStop: false });
  const { x: attacked } = attack(model, x, y as Tensor1D, { key, eps: radii });
  const probabilities = tidy(() => probabilitiesOf(model(attacked)));
  const result = {
    radii,
    images: attacked.dataSync().slice() as Float32Array,
    probabilities: probabilities.dataSync().slice() as Float32Array,
    classes: probabilities.shape[1],
  };
  dispose([x, y, attacked, probabilities]);
  return result;
}
