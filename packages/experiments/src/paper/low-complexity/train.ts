import { fgm, pgd } from '@advml/attacks';
import { ball, classifier, type Key, type LoopOptions, l2, logistic, type Network, type Params } from '@advml/core';
import { freshBatches } from '@advml/data';
import { robustAccuracy } from '@advml/metrics';
import { adam, trapezoid } from '@advml/optimizers';
import type { Phase } from '@advml/runs';
import { owning, trainPlainly } from '@advml/runs';
import { adversarialObjective, cleanObjective, DivergedError } from '@advml/training';
import type { Training, Trial } from './measures.ts';
import type { LowComplexityWorld } from './setting.ts';

/** A training and how its rate was chosen. */
export interface Tuned {
  /** The parameters; owned by the caller. */
  readonly params: Params;
  /** The chosen rate. */
  readonly rate: number;
  /** The trials. */
  readonly trials: readonly Trial[];
}

/** Examples and PGD steps that judge a trial. */
const JUDGES = 200;
const JUDGE_STEPS = 10;

/** What a trial that diverges comes to, by a loss on the way or by outputs at the end that are not finite. */
const NOTHING = { clean: 0, robust: 0 };

function phaseOf(
  world: LowComplexityWorld,
  network: Network,
  training: Training,
  steps: number,
  rate: number,
  key: Key,
): Phase {
  const { setting, data } = world;
  const threat = ball(l2, setting.tau);
  const schedule = trapezoid({ peak: rate, warmup: Math.floor(steps / 10), holdUntil: 0.5, end: steps, final: 0.03 });
  return {
    network,
    key,
    steps,
    objective:
      training === 'clean'
        ? cleanObjective({ loss: logistic })
        : adversarialObjective({ loss: logistic, attack: fgm({ threat }) }),
    batches: freshBatches(data, key.child('data'), setting.lowComplexity.batch, 'coefficients'),
    optimizer: adam({ rate: schedule }),
  };
}

/**
 * Trains a model by Adam at the rate that does best in a shorter trial, on fresh examples of the trial's own; a trial that diverges is
 * right on none of them.
 *
 * @param world - The run.
 * @param network - The model, for inputs in the dictionary's coordinates.
 * @param start - Its parameters before; not disposed.
 * @param training - On what.
 * @param rates - Peak rates to try.
 * @param key - Source of the batches.
 * @param loop - Progress, in steps of all trainings, and abort.
 * @returns The parameters, and how the rate was chosen.
 */
export function trainTuned(
  world: LowComplexityWorld,
  network: Network,
  start: Params,
  training: Training,
  rates: readonly number[],
  key: Key,
  { onProgress, signal }: LoopOptions,
): Promise<Tuned> {
  const { data, setting } = world;
  const { cleanSteps, adversarialSteps, trial } = setting.lowComplexity;
  const steps = training === 'clean' ? cleanSteps : adversarialSteps;
  const short = rates.length > 1 ? Math.max(1, Math.round(trial * steps)) : 0;
  const total = rates.length * short + steps;
  const train = (rate: number, length: number, before: number) =>
    trainPlainly(phaseOf(world, network, training, length, rate, key), start, {
      onProgress: (done) => onProgress?.(before + done, total),
      signal,
    });
  return owning(async (own) => {
    const judges = own(data.batch(key.child('judges'), JUDGES, 'coefficients'));
    const judge = pgd({ threat: ball(l2, setting.tau), steps: JUDGE_STEPS, start: 'none' });
    const judged = (params: Params): Promise<Omit<Trial, 'rate'>> =>
      owning(async (own) => {
        const model = classifier(network, own(params));
        if (!own(model(judges.x)).dataSync().every(Number.isFinite)) return NOTHING;
        const { clean, accuracy } = await robustAccuracy(model, judges, judge, { key: key.child('judge'), signal });
        return { clean: clean.value, robust: accuracy.value };
      });
    const trials: Trial[] = [];
    for (const [at, rate] of short > 0 ? rates.entries() : []) {
      const found = await train(rate, short, at * short).then(judged, (error) => {
        if (error instanceof DivergedError) return NOTHING;
        throw error;
      });
      trials.push({ rate, ...found });
    }
    const { rate } = bestOf(trials, training) ?? { rate: rates[0] };
    return { params: await train(rate, steps, total - steps), rate, trials };
  });
}

/** The trial with the accuracy that the training is for; of several, the one with more of the other. */
function bestOf(trials: readonly Trial[], training: Training): Trial | undefined {
  const [first, second] = training === 'clean' ? (['clean', 'robust'] as const) : (['robust', 'clean'] as const);
  return trials.toSorted((a, b) => b[first] - a[first] || b[second] - a[second]).at(0);
}
