import { disposeParams, type LoopOptions, type Params } from '@advml/core';
import { type FitOptions, fit, type StepReport } from '@advml/training';
import type { MetricRecord } from '../events.ts';
import { checkpointFile } from '../store/checkpoint.ts';
import { appendMetrics, writeLog } from './log.ts';
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
  /** The stage that it belongs to, as progress has it. Default: the name, then `training`. */
  readonly stage?: string;
  /** What is trained and how. */
  readonly phase: Phase;
  /** Parameters to start from; not disposed. */
  readonly start: Params;
  /** Steps between two checkpoints. */
  readonly checkpointEvery: number;
  /**
   * Looks at weights on the way: those after every step, and those that a resumed training goes on from, so that what it leaves in
   * the run's files for a step is there in the end. Default: nobody looks.
   *
   * @param step - Number of steps behind them.
   * @param params - The weights; only read.
   */
  visit?(step: number, params: Params): Promise<void>;
}

/** What the log tells of a phase. */
export interface TrainingLog {
  /**
   * Of the weights it starts from.
   *
   * @returns A record of step 0.
   */
  first(): MetricRecord;
  /**
   * Of a step, if anything.
   *
   * @param report - What `fit` says of the step.
   * @returns A record, or undefined.
   */
  after(report: StepReport): MetricRecord | undefined;
}

/**
 * Runs a phase of training with checkpoints, from where an earlier attempt left it: without a log, for long trainings beside the
 * main one.
 *
 * @param context - The run.
 * @param training - See {@link Training}.
 * @param logging - What the log tells. Default: there is none.
 * @returns The trained parameters, owned by the caller.
 */
export async function trainResumably(
  context: StageContext,
  { name, stage = `${name} training`, phase, start, checkpointEvery, visit }: Training,
  logging?: TrainingLog,
): Promise<Params> {
  const { store, onEvent, signal } = context;
  const checkpoint = checkpointFile(store, name);
  return owning(async (own) => {
    const before = await checkpoint.load();
    if (before) for (const tensors of [before.state.params, before.state.optimizer]) own(tensors);
    const log = [...(before?.log ?? [])];
    let told = before?.state.step ?? 0;
    const add = async (record: MetricRecord) => {
      log.push(record);
      await appendMetrics(store, [record]);
      onEvent({ type: 'metric', record });
    };
    if (before) await appendMetrics(store, log);
    else if (logging) await add(logging.first());
    if (before) await visit?.(before.state.step, before.state.params);
    const { params, optimizer } = await fit({
      ...phase,
      params: start,
      from: before?.state,
      checkpoint: {
        every: checkpointEvery,
        save: async (state) => {
          if (state.step <= told) await checkpoint.save({ state, log }); // else its record is missing: it is made again
        },
      },
      onStep: async (report) => {
        const record = logging?.after(report);
        if (record) await add(record);
        await visit?.(report.state.step, report.state.params);
        told = report.state.step;
      },
      onProgress: progressOf(context, stage),
      signal,
    });
    own(optimizer);
    if (logging) await writeLog(store, name, log).catch(disposing(params));
    return params;
  });
}

/** Throws an error on, once parameters are disposed that nobody will get. */
const disposing = (params: Params) => (error: unknown) => {
  disposeParams(params);
  throw error;
};

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
  return trainResumably(context, training, {
    first: () => ({ phase: name, step: 0, ...numbersOf(start) }),
    after: ({ state, loss, accuracy }) => {
      if (state.step % RECORD_EVERY !== 0 && state.step !== phase.steps) return undefined;
      return { phase: name, step: state.step, loss, accuracy, ...numbersOf(state.params) };
    },
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
