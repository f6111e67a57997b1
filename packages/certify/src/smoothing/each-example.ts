import type { AnyClassifier } from '@advml/core';
import { pacer } from '@advml/core/internal';
import { slice, type Tensor } from '@tensorflow/tfjs-core';
import type { SmoothingOptions } from './options.ts';
import { type Votes, votesOf } from './votes.ts';

/** Takes the votes of some draws around one example: named draws are independent of those of other names. */
export type Poll = (name: string, count: number) => Promise<readonly Votes[]>;

/**
 * Does some work with the votes around each example.
 *
 * @param model - The model.
 * @param x - Inputs [batch, ...].
 * @param options - Noise, size of a batch, progress and signal.
 * @param total - Draws that an example takes, for the progress.
 * @param work - Gets a way to take votes; called once an example, in their order.
 * @returns What the work gave.
 */
export async function eachExample<T>(
  model: AnyClassifier,
  x: Tensor,
  { sigma, key, indices, batchSize, onProgress, signal }: SmoothingOptions & { readonly batchSize: number },
  total: number,
  work: (poll: Poll) => Promise<T>,
): Promise<T[]> {
  const [count] = x.shape;
  const rest = pacer(signal);
  await rest.pause('randomized smoothing');
  const results: T[] = [];
  for (let at = 0; at < count; at++) {
    const own = key.child(indices ? indices[at] : at);
    const example = slice(x, at, 1);
    let drawn = 0;
    const onDraws = (more: number) => {
      drawn += more;
      onProgress?.(at * total + drawn, count * total);
    };
    const poll: Poll = (name, draws) =>
      votesOf(model, {
        x: example,
        sigma,
        key: own.child(name),
        count: draws,
        batchSize,
        pacer: rest,
        onDraws,
        signal,
      });
    try {
      results.push(await work(poll));
    } finally {
      example.dispose();
    }
  }
  return results;
}
