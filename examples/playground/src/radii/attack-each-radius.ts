// An image attacked within every radius of a grid, so that a page can show any of them at once.
import { pgd } from '@advml/attacks';
import type { Classifier, Key, Threat } from '@advml/core';
import { dispose, tensor, tensor1d, tidy, tile } from '@tensorflow/tfjs-core';
import { probabilitiesOf } from './probabilities.ts';

/** Radii beside 0. */
const RADII = 16;

/** Milliseconds between two words of what is done, where a radius takes no longer. */
const TOLD = 300;

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

/** Attacks an image within each radius up to that of the threat, and tells which share of them is done. */
export function attackEachRadius(
  model: Classifier,
  { pixels, shape, label }: Subject,
  threat: Threat,
  key: Key,
  tell: (share: number) => void = () => {},
): EachRadius {
  const radii = Array.from({ length: RADII + 1 }, (_, at) => (threat.eps * at) / RADII);
  const attack = pgd({ threat, steps: 20, start: 'first-at-x-then-random', restarts: 2, earlyStop: false });
  /** Images and probabilities of some radii; the same for each, whichever are attacked together. */
  const attacked = (eps: readonly number[], indices: readonly number[]) => {
    const x = tidy(() => tile(tensor(pixels, [1, ...shape]), [eps.length, ...shape.map(() => 1)])); // one copy a radius
    const y = tensor1d(eps.map(() => label));
    const { x: found } = attack(model, x, y, { key, eps, indices });
    const probabilities = tidy(() => probabilitiesOf(model(found)));
    const numbers = { images: found.dataSync().slice(), probabilities: probabilities.dataSync().slice() };
    dispose([x, y, found, probabilities]);
    return numbers;
  };

  const parts: ReturnType<typeof attacked>[] = [];
  const start = performance.now();
  for (let done = 0; done < radii.length; tell(done / radii.length)) {
    const each = (performance.now() - start) / done; // NaN at first
    const next = Math.max(1, Math.floor(TOLD / each) || 1);
    const indices = [...radii.keys()].slice(done, done + next);
    parts.push(
      attacked(
        indices.map((at) => radii[at]),
        indices,
      ),
    );
    done += indices.length;
  }
  const probabilities = joined(parts.map((part) => part.probabilities));
  const images = joined(parts.map((part) => part.images));
  return { radii, images, probabilities, classes: probabilities.length / radii.length };
}

function joined(parts: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
