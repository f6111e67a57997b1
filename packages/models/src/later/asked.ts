import { AbortedError, type Answer, BudgetSpentError, InputError, type LaterClassifier } from '@advml/core';
import { ask, run } from '@advml/core/internal';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import PQueue from 'p-queue';
import pRetry from 'p-retry';
import QuickLRU from 'quick-lru';
import { type AskedOptions, answersOf, type KeptAnswer, requireAskedOptions } from './asked-options.ts';
import { digestOf } from './digest.ts';

/** A model that is asked with care. */
export interface AskedClassifier extends LaterClassifier {
  /** What has been spent so far. */
  readonly cost: {
    /** Answers that were not known before. */
    readonly answers: number;
    /** Calls, with those that failed. */
    readonly calls: number;
  };
}

/** A model that may be told when its answer is no longer wanted. */
export interface AskableModel {
  (
    x: Tensor,
    call: {
      /** Aborted when the answer is no longer wanted: the run was stopped, or `timeout` is over. */
      readonly signal: AbortSignal;
    },
  ): Answer | Promise<Answer>;
  /** As of a {@link LaterClassifier}. */
  readonly decides?: boolean;
}

type Output = KeptAnswer['output'];

/** New answers that are remembered, beside those of `answered`: about 80 MB of ten logits each. */
const REMEMBERED = 2 ** 18;

/** The outputs of a call, one an input; others than finite ones could not be kept as JSON. */
async function outputsOf(output: Tensor): Promise<Output[]> {
  try {
    const outputs = (await output.array()) as Output[];
    const bad = outputs.flat().find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw new InputError(`a model that is asked must answer with finite numbers, got ${bad}`);
    return outputs;
  } finally {
    output.dispose();
  }
}

/** One call, which fails when its time is over. */
function caller(model: AskableModel, { timeout, signal }: AskedOptions): (x: Tensor) => Promise<Output[]> {
  return async (x) => {
    const late = timeout === undefined ? undefined : AbortSignal.timeout(timeout);
    const stop = AbortSignal.any([signal, late].filter((one) => one !== undefined));
    try {
      const call = async (inputs: Tensor) => model(inputs, { signal: stop });
      return await outputsOf(await run(ask(call, x, stop)));
    } catch (error) {
      if (late?.aborted && !signal?.aborted) throw new Error(`the model gave no answer within ${timeout} ms`);
      throw error;
    }
  };
}

/**
 * A model that costs something, such as a service on the web, asked with care: within a budget and a rate, in batches that it takes, again
 * where a call fails, and never twice for the same input.
 *
 * - What fails is called again after `wait` milliseconds, then after twice as many, and so on. An {@link InputError} is not, nor a
 *   `TypeError` other than that of a network that fails: throw the former for what would fail again.
 * - Once the budget is spent, attacks end with what they have found so far and warn of it. Evaluations go on with what is known.
 * - With `onAnswer` and `answered` a run that was killed, or had too small a budget, goes on where it was: it asks the same questions,
 *   and those that were answered cost nothing. The digests of inputs need `crypto.subtle`: in a page, https or localhost.
 *
 * @param model - From inputs [batch, ...] to scores, logits or, inside {@link decisions}, classes. It is also given `{ signal }`, for
 * `fetch` and the like. It must give the same answer whenever it is asked the same.
 * @param options - See {@link AskedOptions}.
 * @returns A model that answers later, with `cost`.
 * @throws InputError if an option is none; when called, what the model's last try threw, BudgetSpentError if the budget does not
 * cover the inputs that are new, AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const lines = existsSync('answers.jsonl') ? readFileSync('answers.jsonl', 'utf8').trimEnd().split('\n') : [];
 * const model = asked(
 *   async (x, { signal }) => {
 *     const response = await fetch(url, { method: 'POST', body: JSON.stringify(await x.array()), signal });
 *     if (!response.ok) throw new Error(`HTTP ${response.status}`);
 *     return response.json(); // logits, one list an input
 *   },
 *   {
 *     budget: 100_000,
 *     batchSize: 64,
 *     perSecond: 5,
 *     timeout: 10_000,
 *     answered: lines.map((line) => JSON.parse(line)),
 *     onAnswer: (answer) => appendFileSync('answers.jsonl', `${JSON.stringify(answer)}\n`),
 *   },
 * );
 * ```
 */
export function asked(model: AskableModel, options: AskedOptions = {}): AskedClassifier {
  requireAskedOptions(options);
  const { budget = Infinity, batchSize = Infinity, perSecond, atOnce = 1, retries = 5, wait = 1000 } = options;
  const { signal, answered = [], onAnswer } = options;
  const call = caller(model, options);
  const queue = new PQueue({ concurrency: atOnce, ...(perSecond && { interval: 1000 / perSecond, intervalCap: 1 }) });
  const known = answersOf(answered);
  const recent = new QuickLRU<string, Output>({ maxSize: REMEMBERED });
  const underWay = new Map<string, Promise<Output>>();
  const cost = { answers: 0, calls: 0 };
  let left = budget;

  const tryCall = (x: Tensor) =>
    queue.add(() => {
      cost.calls++;
      return call(x);
    });
  const isWorthIt = ({ error }: { error: Error }) => !(error instanceof InputError || error instanceof AbortedError);
  const askAgain = (x: Tensor) =>
    pRetry(() => tryCall(x), { retries, minTimeout: wait, factor: 2, signal, shouldRetry: isWorthIt });

  /** Asks for some inputs, in one call, and keeps the answers. */
  const askSome = async (inputs: readonly Question[], shape: readonly number[]) => {
    const width = inputs[0].entries.length;
    const values = new Float32Array(inputs.length * width);
    for (const [at, { entries }] of inputs.entries()) values.set(entries, at * width);
    const x = tensor(values, [inputs.length, ...shape]);
    const outputs = await askAgain(x)
      .catch((error) => {
        left += inputs.length;
        throw signal?.aborted ? new AbortedError('the calls of the model were stopped') : error;
      })
      .finally(() => x.dispose());
    for (const [at, { input }] of inputs.entries()) recent.set(input, outputs[at]);
    cost.answers += inputs.length;
    for (const [at, { input }] of inputs.entries()) onAnswer?.({ input, output: outputs[at] });
    return outputs;
  };
  const find = ({ input }: Question) => known.get(input) ?? recent.get(input) ?? underWay.get(input);

  const answer = async (x: Tensor): Promise<Answer> => {
    const questions = await questionsOf(x);
    const open = new Map(questions.filter((one) => find(one) === undefined).map((one) => [one.input, one]));
    if (open.size > left)
      throw new BudgetSpentError(`the budget of ${budget} answers does not cover ${open.size} more; ${left} are left`);
    left -= open.size;
    for (const some of slicesOf([...open.values()], batchSize)) {
      const outputs = askSome(some, x.shape.slice(1));
      for (const [at, { input }] of some.entries())
        underWay.set(
          input,
          outputs.then((all) => all[at]).finally(() => underWay.delete(input)),
        );
    }
    const answers = await Promise.allSettled(questions.map(find));
    const failed = answers.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    return answers.map((one) => (one as PromiseFulfilledResult<Output>).value) as Answer;
  };
  return Object.assign(answer, { cost, decides: model.decides ?? false });
}

/** One input, and its digest. */
interface Question {
  readonly input: string;
  readonly entries: Float32Array<ArrayBuffer>;
}

async function questionsOf(x: Tensor): Promise<Question[]> {
  const [values, width] = [Float32Array.from(await x.data<'float32'>()), x.size / x.shape[0]];
  const rows = Array.from({ length: x.shape[0] }, (_, row) => values.slice(row * width, (row + 1) * width));
  return Promise.all(rows.map(async (entries) => ({ entries, input: await digestOf(entries) })));
}

function slicesOf<T>(list: readonly T[], size: number): T[][] {
  const slices: T[][] = [];
  for (let start = 0; start < list.length; start += size) slices.push(list.slice(start, start + size));
  return slices;
}
