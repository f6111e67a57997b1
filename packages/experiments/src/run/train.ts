import { disposeParams, type LoopOptions, type Params } from '@advml/core';
import { type FitOptions, fit, type OnStep } from '@advml/training';
import { checkpointFile } from './checkpoint.ts';
import { continueMetrics } from './metrics-log.ts';
import { owning } from './owning.ts';
import { progressOf, type StageContext } from './stages.ts';

/** Steps between two records of the log; the last step has one in any case. */
const RECORD_EVERY = 10;

/** What decides one phase of training, all but where it starts and who watches. */
export type Phase = Pick<FitOptions, 'network' | 'objective' | 'optimizer' | 'batches' | 'steps' | 'key'>;

/** A phase of training as a part of a run. */
export interface Training {
  /** Its name in checkpoints and log. */
  readonly name: string;
  /** What is trained and how. */
  readonly phase: Phase;
  /** Parameters to start from; not disposed. */
  readonly start: Params;
  /** Steps between two checkpoints. */
  readonly checkpointEvery: number;
}

/** What is told of a phase of training, if anything, by whoever goes on after a number of steps. */
type Watch = (doneBefore: number) => Promise<OnStep>;

/**
 * Runs a phase of training with checkpoints and no log, from where an earlier attempt left it: for long trainings beside the main one.
 *
 * @param context - The run.
 * @param training - See {@link Training}.
 * @param watch - Gives a function that is told of every step.
 * @returns The trained parameters, owned by the caller.
 */
export async function trainResumably(
  context: StageContext,
  { name, phase, start, checkpointEvery }: Training,
  watch?: Watch,
): Promise<Params> {
  const checkpoint = checkpointFile(context.store, name);
  return owning(async (own) => {
    const from = await checkpoint.load();
    if (from) for (const tensors of [from.params, from.optimizer]) own(tensors);
    const { params, optimizer } = await fit({
      ...phase,
      params: start,
      from,
      checkpoint: { every: checkpointEvery, save: checkpoint.save },
      onStep: await watch?.(from?.step ?? 0),
      onProgress: progressOf(context, `${name} training`),
      signal: context.signal,
    });
    own(optimizer);
    return params;
  });
}

/**
 * Runs a phase of training with checkpoints and a log that begins with the weights at step 0, from where an earlier attempt left it.
 *
 * @param context - The run.
 * @param training - See {@link Training}; no two that are logged may run at a time.
 * @param numbersOf - What the log tells of weights beside loss and accuracy.
 * @returns The trained parameters, owned by the caller.
 */
export async function trainLogged(
  context: StageContext,
  training: Training,
  numbersOf: (params: Params) => Readonly<Record<string, number>>,
): Promise<Params> {
  const { name, phase, start } = training;
  return trainResumably(context, training, async (doneBefore) => {
    const isNew = doneBefore === 0; // whatever an attempt has logged that kept no checkpoint is logged again, step 0 too
    const add = await continueMetrics(context.store, context.onEvent, name, isNew ? -1 : doneBefore);
    if (isNew) await add({ phase: name, step: 0, ...numbersOf(start) });
    return async ({ state, loss, accuracy }) => {
      if (state.step % RECORD_EVERY !== 0 && state.step !== phase.steps) return;
      await add({ phase: name, step: state.step, loss, accuracy, ...numbersOf(state.params) });
    };
  });
}

/**
 * Runs a phase from its start to its end, without checkpoints: for short trainings beside the main one.
 *
 * @param phase - The phase.
 * @param start - Parameters to start from; not disposed.
 * @param loop - Progress and abort.
 * @returns The trained parameters, owned by the caller.
 */
export async function trainPlainly(phase: Phase, start: Params, loop?: LoopOptions): Promise<Params> {
  const { params, optimizer } = await fit({ ...phase, ...loop, params: start });
  disposeParams(optimizer);
  return params;
}
