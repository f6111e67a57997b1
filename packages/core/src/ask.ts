import { Tensor, tensor } from '@tensorflow/tfjs-core';
import { described } from './described.ts';
import { type Dialogue, settled } from './dialogue.ts';
import { AbortedError, InputError } from './errors.ts';
import type { Answer, AnyClassifier } from './later-classifier.ts';
import { outputOrPromise, requireOutput } from './output-of.ts';

/** What tells that an answer is no longer wanted; `AbortSignal` is one, and is then heard at once. */
export type Stop = Pick<AbortSignal, 'aborted'> &
  Partial<Pick<AbortSignal, 'addEventListener' | 'removeEventListener'>>;

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** Numbers of any type as float32; what is no number becomes NaN. */
const toFloats = (values: ArrayLike<unknown>): Float32Array =>
  Float32Array.from(values, (value) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : NaN));

function tensorOf(answer: Exclude<Answer, Tensor>): Tensor {
  if (isList(answer)) {
    if (!isList(answer[0])) return tensor(toFloats(answer), [answer.length]);
    const rows = Array.from(answer as readonly ArrayLike<number>[], toFloats);
    const [{ length }] = rows;
    const bad = rows.findIndex((row) => row.length !== length);
    if (bad >= 0)
      throw new InputError(
        `a model must give as many logits for each example, got ${rows[bad].length} beside ${length}`,
      );
    return tensor(Float32Array.from(rows.flatMap((row) => [...row])), [rows.length, length]);
  }
  const { data, dims } = Object(answer) as { data?: unknown; dims?: unknown };
  if (
    isList(data) &&
    isList(dims) &&
    Array.from(dims, Number).reduce((size, length) => size * length, 1) === data.length
  )
    return tensor(toFloats(data), Array.from(dims, Number));
  throw new InputError(
    `a model must answer with scores, rows of logits, { data, dims } or a tensor, got ${described(answer)}; pick it: async (x) => (await ask(x)).logits`,
  );
}

/** What a model answered, as a tensor of its own. */
function outputFrom(answer: Answer, x: Tensor): Tensor {
  const output = answer instanceof Tensor ? answer.clone() : tensorOf(answer);
  if (answer instanceof Tensor && answer !== x) answer.dispose();
  try {
    requireOutput(output, x.shape[0]);
  } catch (error) {
    output.dispose();
    throw error;
  }
  return output;
}

const stopped = () => new AbortedError('the attack was stopped');

/** An answer, unless it is no longer wanted first; what comes after that is thrown away. */
function whileWanted(answer: PromiseLike<Answer>, signal?: Stop): PromiseLike<Answer> {
  if (!signal?.addEventListener) return answer;
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(stopped());
      answer.then(
        (late) => late instanceof Tensor && late.dispose(),
        () => undefined,
      );
    };
    const hear = () => signal.removeEventListener?.('abort', stop);
    signal.addEventListener?.('abort', stop, { once: true });
    if (signal.aborted) stop(); // by the call itself
    answer.then(resolve, reject);
    answer.then(hear, hear);
  });
}

/**
 * Asks a model for its outputs, whether it answers at once or later.
 *
 * @param model - What the user calls a model.
 * @param x - Inputs [batch, ...]; they stay the caller's, who keeps them until the answer is there.
 * @param signal - Stops the waiting, at once if it can be listened to. Default: none.
 * @returns A dialogue that ends in scores [batch] or logits [batch, classes], owned by the caller.
 * @throws {@link AbortedError} if it is stopped; {@link InputError} if it is no model (see `outputOf`), or its answer is none; whatever
 * the model throws.
 * @example
 * ```ts
 * const output = yield* ask(model, x);
 * ```
 */
export function* ask(model: AnyClassifier, x: Tensor, signal?: Stop): Dialogue<Tensor> {
  if (signal?.aborted) throw stopped();
  const given = outputOrPromise(model, x);
  if (given instanceof Tensor) return given;
  return outputFrom(yield* settled(whileWanted(given, signal)), x);
}
