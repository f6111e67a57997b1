import { disposeParams, type LoopOptions, type Params } from '@advml/core';
import { rowCosines } from '@advml/purification';
import { fit, type OnStep, type TrainingState } from '@advml/training';
import { matMul, mean, mul, norm, square, sum, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { checkpointFile } from '../run/checkpoint.ts';
import { continueMetrics } from '../run/metrics-log.ts';
import { owning } from '../run/owning.ts';
import { progressOf, type StageContext } from '../run/stages.ts';
import type { Phase } from './training-phases.ts';
import type { PaperWorld } from './world.ts';

/** Steps between two records of the log; the last step has one in any case. */
const RECORD_EVERY = 10;

/** What the log tells of weights in the dictionary's coordinates; weights of zero have no cosine and no shares. */
function weightRecord({ data }: PaperWorld, { params }: TrainingState, initial: Tensor2D): Record<string, number> {
  const numbers = tidy(() => {
    const weight = params.weight as Tensor2D;
    const lengths = norm(weight, 2, 1); // [m]
    const direction = tensor2d(data.wStar, [data.atoms, 1]);
    const along = matMul(weight, direction); // [m, 1]
    const mixture = mul(square(along), 1 / sum(square(direction)).dataSync()[0]);
    return {
      bias: params.bias.dataSync()[0],
      meanWeightNorm: mean(lengths).dataSync()[0],
      mixtureMass: sum(mixture).dataSync()[0] / sum(square(lengths)).dataSync()[0],
    };
  });
  const { size } = rowCosines(params.weight as Tensor2D, initial);
  return Object.fromEntries(
    Object.entries({ ...numbers, meanCosineWithInit: size.mean }).filter(([, value]) => Number.isFinite(value)),
  );
}

/** What is told of a phase of training, if anything, by whoever goes on after a number of steps. */
type Watch = (doneBefore: number) => Promise<OnStep>;

/**
 * Runs a phase of training with checkpoints and no log, from where an earlier attempt left it: for long trainings beside the main one.
 *
 * @param context - The run.
 * @param world - Its setting says how often to save.
 * @param name - Name of the phase in its checkpoints.
 * @param phase - What is trained and how.
 * @param start - Parameters to start from; not disposed.
 * @param watch - Gives a function that is told of every step.
 * @returns The trained parameters, owned by the caller.
 */
export async function trainResumably(
  context: StageContext,
  { setting }: PaperWorld,
  name: string,
  phase: Phase,
  start: Params,
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
      checkpoint: { every: setting.checkpointEvery, save: checkpoint.save },
      onStep: await watch?.(from?.step ?? 0),
      onProgress: progressOf(context, `${name} training`),
      signal: context.signal,
    });
    own(optimizer);
    return params;
  });
}

/**
 * Runs a phase of training with checkpoints and a log, from where an earlier attempt left it.
 *
 * @param context - The run.
 * @param world - Its data and network.
 * @param name - Name of the phase in checkpoints and log.
 * @param phase - What is trained and how.
 * @param start - Parameters to start from, in the dictionary's coordinates; not disposed.
 * @param initial - The weights at initialization, for the cosines of the log.
 * @returns The trained parameters, owned by the caller.
 */
export async function trainLogged(
  context: StageContext,
  world: PaperWorld,
  name: string,
  phase: Phase,
  start: Params,
  initial: Tensor2D,
): Promise<Params> {
  return trainResumably(context, world, name, phase, start, async (doneBefore) => {
    const add = await continueMetrics(context.store, context.onEvent, name, doneBefore);
    return async ({ state, loss, accuracy }) => {
      if (state.step % RECORD_EVERY !== 0 && state.step !== phase.steps) return;
      await add({ phase: name, step: state.step, loss, accuracy, ...weightRecord(world, state, initial) });
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
