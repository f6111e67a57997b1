import { BudgetSpentError, InputError } from './errors.ts';
import { pacer } from './pacer.ts';

/**
 * Work that may have to wait for answers, written once for models that answer at once and for those that answer later.
 *
 * It is a generator that yields a promise wherever it must wait, and goes on with what the promise gave. Where all answers come at
 * once it never yields, so {@link run} gives its result at once, too; else {@link run} gives a promise. The operations are the same
 * in both cases, and so are the bits.
 *
 * No scope of `tidy` outlives a wait, for other work may make tensors meanwhile. So a dialogue owns the tensors that it holds while it
 * waits, and disposes them in `finally`, which also runs where an answer fails.
 */
export type Dialogue<T> = Generator<PromiseLike<unknown>, T, unknown>;

/**
 * Whether something is to be awaited.
 *
 * @param value - Anything.
 * @returns True for promises, of any make.
 */
export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (Object(value) as { then?: unknown }).then === 'function';

/**
 * A value, once it is there.
 *
 * @param value - The value or a promise of it.
 * @returns A dialogue that waits if it must.
 * @example
 * ```ts
 * const result = yield* settled(attack(model, x, y, options));
 * ```
 */
export function* settled<T>(value: T | PromiseLike<T>): Dialogue<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

/**
 * A dialogue's result, or nothing where a spent budget ended it.
 *
 * @param dialogue - Not yet begun.
 * @returns A dialogue that throws all other errors.
 * @example
 * ```ts
 * const isWhole = (yield* unlessSpent(climb(task, state))) !== undefined;
 * ```
 */
export function* unlessSpent<T>(dialogue: Dialogue<T>): Dialogue<T | undefined> {
  try {
    return yield* dialogue;
  } catch (error) {
    if (error instanceof BudgetSpentError) return undefined;
    throw error;
  }
}

/**
 * Runs a dialogue to its end.
 *
 * Where it waits it lets timers and the page run about twenty times a second, even if every answer is there already.
 *
 * @param dialogue - Not yet begun.
 * @returns Its result, or a promise of it where it had to wait.
 * @throws What the dialogue throws; as a rejection once it has waited.
 * @example
 * ```ts
 * const result = run(graded(task)); // AttackResult | Promise<AttackResult>
 * ```
 */
export function run<T>(dialogue: Dialogue<T>): T | Promise<T> {
  const first = dialogue.next();
  return first.done ? first.value : runOn(dialogue, first.value);
}

async function runOn<T>(dialogue: Dialogue<T>, waiting: PromiseLike<unknown>): Promise<T> {
  const rest = pacer();
  let step: IteratorResult<PromiseLike<unknown>, T> = { done: false, value: waiting };
  while (!step.done) {
    let answer: unknown;
    try {
      answer = await step.value;
    } catch (error) {
      step = dialogue.throw(error);
      continue;
    }
    if (rest.isDue()) await rest.pause('a dialogue');
    step = dialogue.next(answer);
  }
  return step.value;
}

/** Why a model that answers later cannot be used, and what can be done. */
const ANSWERS_LATER =
  'a model must give a tensor at once here, got a promise: there are no gradients or bounds of a model that answers later; attack it with square, hopSkipJump, noise or transfer(attack, standIn), or import the model itself, as by fromOnnx of @advml/models';

/**
 * Refuses a promise where nothing can wait.
 *
 * @param promise - Nobody waits for it any more.
 * @throws {@link InputError} that names the ways out.
 * @example
 * ```ts
 * if (isPromise(output)) refusePromise(output);
 * ```
 */
export function refusePromise(promise: PromiseLike<unknown>): never {
  promise.then(undefined, () => undefined); // a failure is no news
  throw new InputError(ANSWERS_LATER);
}

/**
 * The result of a dialogue that may not wait.
 *
 * @param dialogue - Not yet begun.
 * @returns Its result.
 * @throws {@link InputError} if it must wait, once it has disposed what it holds.
 * @example
 * ```ts
 * const output = now(ask(model, x)); // as outputOf
 * ```
 */
export function now<T>(dialogue: Dialogue<T>): T {
  const first = dialogue.next();
  if (first.done) return first.value;
  dialogue.return(undefined as T);
  return refusePromise(first.value);
}
