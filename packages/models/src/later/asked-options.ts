import { InputError } from '@advml/core';
import {
  described,
  type OptionNames,
  requireInteger,
  requireNonNegative,
  requireOptions,
  requirePositive,
} from '@advml/core/internal';

/** An answer to keep: plain data, such as one line of a file. */
export interface KeptAnswer {
  /** A digest of the input. */
  readonly input: string;
  /** The score, or the logits. */
  readonly output: number | readonly number[];
}

/** How a model is {@link asked}. */
export interface AskedOptions {
  /** Answers in all, one an input; failed calls cost nothing. Default: no limit. */
  readonly budget?: number;
  /** Inputs of a call at most. Default: no limit. */
  readonly batchSize?: number;
  /** Calls a second at most, evenly spaced; may be below 1. Default: no limit. */
  readonly perSecond?: number;
  /** Calls under way at a time. Default: 1. */
  readonly atOnce?: number;
  /** How often a call that failed is made again. Default: 5. */
  readonly retries?: number;
  /** Milliseconds before the first of them; each of the others waits twice as long as the one before. Default: 1000. */
  readonly wait?: number;
  /** Milliseconds after which a call has failed. Default: no limit. */
  readonly timeout?: number;
  /** Stops calls, also those that wait to be made again. */
  readonly signal?: AbortSignal;
  /** What an earlier run told `onAnswer`: it is not asked again. It must come from the same model. */
  readonly answered?: Iterable<KeptAnswer>;
  /** Told each new answer: keep it, one line an answer, and a run that is killed loses none. */
  readonly onAnswer?: (answer: KeptAnswer) => void;
}

const NAMES: OptionNames<AskedOptions> = {
  budget: true,
  batchSize: true,
  perSecond: true,
  atOnce: true,
  retries: true,
  wait: true,
  timeout: true,
  signal: true,
  answered: true,
  onAnswer: true,
};

/** Refuses options that cannot be kept to. */
export function requireAskedOptions(options: AskedOptions): void {
  requireOptions<AskedOptions>('asked', options, NAMES);
  const { budget = 1, batchSize = 1, atOnce = 1, perSecond = 1, timeout = 1, retries = 0, wait = 0 } = options;
  requireInteger({ budget, batchSize, atOnce }, 1);
  requirePositive({ perSecond }, 'calls a second');
  requirePositive({ timeout }, 'milliseconds');
  requireInteger({ retries });
  requireNonNegative({ wait }, 'milliseconds');
}

/** Answers by the digest of their input. */
export function answersOf(answered: Iterable<KeptAnswer>): Map<string, KeptAnswer['output']> {
  const answers = new Map<string, KeptAnswer['output']>();
  for (const { input, output } of answered) {
    const isAnswer = typeof input === 'string' && [output].flat().every((value) => typeof value === 'number');
    if (!isAnswer)
      throw new InputError(
        `answered must hold what onAnswer was told, { input, output }, got ${described(output)} as output`,
      );
    answers.set(input, output);
  }
  return answers;
}
