import { linf, normalRows, perturb } from '@advml/core';
import { type Dialogue, unlessSpent } from '@advml/core/internal';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { owning } from './owning.ts';
import { scaleRows, takeRows } from './rows.ts';
import type { SearchTask } from './search.ts';

/** Points far from the inputs at which scores are looked at. */
const PROBES = 32;
/** How far they are in every entry, as a multiple of their input's largest entry, give or take a random factor. */
const FAR = 10;

const inUnit = (value: number): boolean => value >= 0 && value <= 1;

/** Whether logits are rows of numbers >= 0 that sum to 1. */
function sumToOne(output: Tensor): boolean {
  const [count, classes] = output.shape;
  const values = output.dataSync<'float32'>();
  return Array.from({ length: count }, (_, row) => values.subarray(row * classes, (row + 1) * classes)).every(
    (row) => row.every((value) => value >= 0) && Math.abs(row.reduce((total, value) => total + value, 0) - 1) < 1e-4,
  );
}

/** Random points as far away as the box allows; under a mask, too, for they are no attack. */
function farPoints({ threat, x, keys }: SearchTask): Tensor {
  return tidy(() => {
    const rows = Array.from({ length: PROBES }, (_, probe) => probe % keys.length);
    const own = rows.map((row, probe) => keys[row].child('probe', probe));
    const inputs = takeRows(x, rows);
    const reaches = linf.size(inputs).dataSync<'float32'>();
    const far = scaleRows(
      normalRows(own, x.shape.slice(1)),
      Array.from(reaches, (reach) => FAR * (reach || 1)),
    );
    return perturb(threat, inputs, far);
  });
}

/** Whether the model's scores are in [0, 1] far away, too. */
const isInUnitFarAway = (task: SearchTask): Dialogue<boolean> =>
  owning(function* (own) {
    const output = own(yield* task.ask(own(farPoints(task))));
    return output.dataSync<'float32'>().every(inUnit);
  });

/**
 * Warnings for outputs that look like probabilities, handed in as logits or scores: their loss saturates, and a score that is
 * never negative cannot say -1.
 *
 * Scores may well lie between 0 and 1 on some inputs; those that do so at random points far away, too, are no scores.
 *
 * @param task - The examples.
 * @param outputs - What the model gives with and without the attack; read back from the backend.
 * @returns A dialogue that ends in one sentence, or none.
 */
export function* probabilityWarnings(task: SearchTask, outputs: readonly Tensor[]): Dialogue<readonly string[]> {
  if (outputs[0].rank === 2)
    return sumToOne(outputs[0])
      ? ['the outputs look like probabilities; give logits, whose loss does not saturate']
      : [];
  const isWithin = outputs.every((output) => output.dataSync<'float32'>().every(inUnit));
  return isWithin && (yield* unlessSpent(isInUnitFarAway(task)))
    ? [
        'the scores look like probabilities: none is below 0 or above 1, at the inputs, under attack or far away, so all say +1; give the score before the sigmoid, whose sign is the class',
      ]
    : [];
}
