import { type Classifier, inputGradient, type Loss, normalRows, restrict } from '@advml/core';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { replaceRows } from './rows.ts';
import { raised, type SearchTask } from './search.ts';
import { withoutStuck } from './stuck.ts';

/** Whose gradient is followed, of what, and with which random numbers where there is none. */
export interface SlopeOptions {
  /** The model. */
  readonly model: Classifier;
  /** What is to rise. */
  readonly loss: Loss;
  /** The number under which the examples' keys draw here, such as the step. */
  readonly draw: number;
}

/** How the attacker's loss rises at some points. */
export interface Slope {
  /**
   * Its gradient in the entries that can follow it, [batch, ...]: zero where the mask holds an entry or the box stops it.
   * Owned by the caller.
   */
  readonly gradient: Tensor;
  /** Outputs of the model; owned by the caller. */
  readonly output: Tensor;
  /** What the attacker raises, one value an example. */
  readonly loss: Float32Array;
  /** Places in the batch where the gradient was zero or not finite: random numbers stand there. */
  readonly flat: readonly number[];
}

/**
 * How the attacker's loss rises at some points, with one pass forward and back.
 *
 * @param task - The examples.
 * @param at - The points [batch, ...].
 * @param options - See {@link SlopeOptions}.
 * @returns See {@link Slope}.
 */
export function slope(task: SearchTask, at: Tensor, { model, loss, draw }: SlopeOptions): Slope {
  const { threat, labels, keys } = task;
  const { gradient: whole, output, loss: losses } = inputGradient(model, at, labels, raised(task, loss));
  const restricted = restrict(threat, whole);
  // Where only the box is in the way, nothing is amiss: the example rests.
  const { free: gradient, flat } = withoutStuck(restricted, at, threat, task.x);
  const values = losses.dataSync<'float32'>().slice();
  for (const tensor of [whole, losses, restricted]) tensor.dispose();
  if (flat.length === 0) return { gradient, output, loss: values, flat };
  const random = tidy(() => {
    const own = flat.map((row) => keys[row].child('flat', draw));
    return restrict(threat, normalRows(own, at.shape.slice(1)));
  });
  const mended = replaceRows(gradient, flat, random);
  gradient.dispose();
  random.dispose();
  return { gradient: mended, output, loss: values, flat };
}
