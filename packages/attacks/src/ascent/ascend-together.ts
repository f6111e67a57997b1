import {
  type Batch,
  type Classifier,
  inputGradient,
  type Key,
  type LoopOptions,
  margin,
  outputMargins,
  restrict,
  type Threat,
} from '@advml/core';
import { requireFinite, yieldToEventLoop } from '@advml/core/internal';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { takeRows, widthOf } from '../search/rows.ts';

/** How examples are changed in one step by what they share. */
export interface Look {
  /**
   * Some examples with the change; called in a scope of `tidy`.
   *
   * @param x - The inputs [rows.length, ...].
   * @param rows - Their places in the batch.
   */
  points(x: Tensor, rows: readonly number[]): Tensor;
  /** The entries of an example where what is shared lies, one for each of its own. */
  entriesOf(row: number): ArrayLike<number>;
}

/** What {@link ascendTogether} must know. */
export interface Together extends LoopOptions {
  /** What it is, for the message where it is aborted. */
  readonly what: string;
  /** Its mask, if any, says which entries of an example may change. */
  readonly threat: Threat;
  /** Source of random directions where there is no gradient. */
  readonly key: Key;
  /** Gradient steps, each over all examples. */
  readonly steps: number;
  /** Examples evaluated at once. */
  readonly batchSize: number;
  /** The values that are shared, before the first step. */
  readonly start: Float32Array;
  /** How the values change the examples in a step. */
  readonly look: (values: Float32Array, step: number) => Look;
  /** The values after a step along a way whose largest entry is 1; called in a scope of `tidy`. */
  readonly move: (values: Float32Array, way: Float32Array, step: number) => Tensor;
}

/** How many examples the values fool, and the sum of the margin's gradients over the others, where they are finite. */
interface Seen {
  fooled: number;
  readonly gradient: Float64Array;
}

/** Adds some examples, in a scope of `tidy`; on the host, one by one, so that the sum has the same bits for any size of a slice. */
function addSlice(
  seen: Seen,
  model: Classifier,
  { x, y }: Batch,
  look: Look,
  threat: Threat,
  rows: readonly number[],
): void {
  const { gradient, output } = inputGradient(model, look.points(x, rows), y, margin);
  const free = restrict(threat, gradient);
  requireFinite("the model's output", output);
  const [margins, values, width] = [outputMargins(output, y), free.dataSync<'float32'>(), widthOf(x)];
  for (const [place, row] of rows.entries()) {
    if (!(margins[place] > 0)) seen.fooled++;
    else if (values.subarray(place * width, (place + 1) * width).every(Number.isFinite)) {
      const entries = look.entriesOf(row);
      for (let entry = 0; entry < entries.length; entry++)
        seen.gradient[entry] += values[place * width + entries[entry]];
    }
  }
}

/** What shared values of a length do to all examples. */
function lookAt(model: Classifier, { x, y }: Batch, look: Look, length: number, { threat, batchSize }: Together): Seen {
  const seen: Seen = { fooled: 0, gradient: new Float64Array(length) };
  for (let start = 0; start < x.shape[0]; start += batchSize) {
    const rows = Array.from({ length: Math.min(batchSize, x.shape[0] - start) }, (_, at) => start + at);
    tidy(() => addSlice(seen, model, { x: takeRows(x, rows), y: takeRows(y, rows) }, look, threat, rows));
  }
  return seen;
}

/** A gradient whose largest entry is 1, or a random way where there is none. */
function wayOf(gradient: Float64Array, key: Key): Float32Array {
  const scale = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return scale > 0 ? Float32Array.from(gradient, (value) => value / scale) : key.normal(gradient.length);
}

/**
 * Gradient ascent on values that all examples share, such as one perturbation for all of them.
 *
 * Every step follows the sum of the margin's gradients over the examples that are still right; where all are wrong there is
 * none. The values that fool most are kept, of several the last.
 *
 * @param model - The model under attack.
 * @param batch - Inputs [batch, ...] with labels [batch]; only read.
 * @param together - See {@link Together}.
 * @returns The values, and the share of examples that are wrong with them.
 * @throws AbortedError if the signal is aborted.
 */
export async function ascendTogether(
  model: Classifier,
  batch: Batch,
  together: Together,
): Promise<{ readonly values: Float32Array; readonly fooled: number }> {
  const { what, key, steps, start, look, move, onProgress, signal } = together;
  let values = start;
  const best = { fooled: -1, values };
  for (let done = 0; done <= steps; done++) {
    await yieldToEventLoop(signal, what);
    const { fooled, gradient } = lookAt(model, batch, look(values, done), values.length, together);
    if (fooled >= best.fooled) Object.assign(best, { fooled, values });
    onProgress?.(done, steps);
    if (done === steps) break;
    if (fooled === batch.x.shape[0]) continue; // nothing is left to be won
    const way = wayOf(gradient, key.child('step', done));
    const next = tidy(() => move(values, way, done));
    values = next.dataSync<'float32'>().slice();
    next.dispose();
  }
  return { values: best.values, fooled: best.fooled / batch.x.shape[0] };
}
