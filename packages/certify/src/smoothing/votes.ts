import { type AnyClassifier, InputError, type Key, normalRows } from '@advml/core';
import { ask, type Pacer, run, signOf } from '@advml/core/internal';
import { add, argMax, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** How often a class was decided: -1 or +1 for scores. */
export type Votes = readonly [label: number, votes: number];

/** Draws of noise around one input. */
export interface Draws {
  /** The input, [1, ...]. */
  readonly x: Tensor;
  /** Standard deviation of the noise. */
  readonly sigma: number;
  /** Source of the draws, each of which has its own child. */
  readonly key: Key;
  /** How many. */
  readonly count: number;
  /** How many are evaluated at once. */
  readonly batchSize: number;
  /** Lets other work run. */
  readonly pacer: Pacer;
  /** Stops the waiting for a model that answers later. */
  readonly signal?: AbortSignal;
  /** Told after each batch how many draws were made. */
  readonly onDraws: (drawn: number) => void;
}

/** The class of each output; a score of zero decides for none. */
function decisions(output: Tensor): number[] {
  if (output.rank !== 1 && (output.rank !== 2 || (output.shape[1] as number) < 2))
    throw new InputError(`a model must give scores [batch] or logits [batch, classes], got shape [${output.shape}]`);
  const bad = output.dataSync().find((value) => !Number.isFinite(value));
  if (bad !== undefined)
    throw new InputError(`the model's output must be finite on inputs with noise, got ${bad}; try a smaller sigma`);
  if (output.rank === 2) return Array.from(argMax(output, 1).dataSync());
  return Array.from(signOf(output).dataSync()).filter((label) => label !== 0);
}

/** What a model decides about noisy inputs, which are disposed. */
async function decided(model: AnyClassifier, noisy: Tensor, signal?: AbortSignal): Promise<number[]> {
  let output: Tensor | undefined;
  try {
    output = await run(ask(model, noisy, signal));
    return tidy(() => decisions(output as Tensor));
  } finally {
    noisy.dispose();
    output?.dispose();
  }
}

/**
 * The votes of a model on one input with noise.
 *
 * @param model - The model.
 * @param draws - See {@link Draws}.
 * @returns The votes, the most first, of equal ones the smaller class; those for none are missing.
 */
export async function votesOf(model: AnyClassifier, draws: Draws): Promise<readonly Votes[]> {
  const { x, sigma, key, count, batchSize, pacer, onDraws, signal } = draws;
  const votes = new Map<number, number>();
  for (let from = 0; from < count; from += batchSize) {
    if (pacer.isDue()) await pacer.pause('randomized smoothing');
    const size = Math.min(batchSize, count - from);
    const keys = Array.from({ length: size }, (_, at) => key.child(from + at));
    const noisy = tidy(() => add(x, normalRows(keys, x.shape.slice(1), sigma)));
    for (const label of await decided(model, noisy, signal)) votes.set(label, (votes.get(label) ?? 0) + 1);
    onDraws(size);
  }
  return [...votes].sort(([a, m], [b, n]) => n - m || a - b);
}
