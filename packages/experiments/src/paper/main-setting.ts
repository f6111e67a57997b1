import { count, fraction, nonNegative, positive, type SettingFault } from '@advml/runs';
import { z } from 'zod';
import { ENTRIES, tooManyRows } from '../shared/too-many-rows.ts';
import { LARGEST_DIMENSION, rowOf } from './limits.ts';

const rateShape = {
  rate: positive.describe('Peak learning rate of gradient descent on the mean loss'),
  warmup: count(0).describe('Steps of linear warm-up'),
  hold: fraction.describe('Share of the steps until which the rate stays at its peak'),
  final: fraction.describe('Share of the peak rate at the last step, reached linearly'),
  decay: nonNegative.describe('lambda of the regularizer lambda (|w|^2/2 + |w|^3/3), summed over neurons'),
};

/** The warm-up of a phase must end before its rate falls. */
const fitsIn = ({ steps, warmup, hold }: { steps: number; warmup: number; hold: number }) => warmup <= hold * steps;
const warmupTooLong = 'warmup must be at most hold times steps, where the rate begins to fall; shorten it';

const data = z.strictObject({
  dimension: count(2, LARGEST_DIMENSION).default(1536).describe('d, the number of inputs and of atoms'),
  active: positive.default(2).describe('k, the mean number of weak coordinates that are on'),
  strongRate: nonNegative.default(0.05).describe('Mean number of coordinates with |z_j| = 1'),
  margin: nonNegative.default(0.5).describe('gamma: examples with |<w*, z>| below it are drawn again'),
  noise: nonNegative.default(0).describe('sigma_x, the size of the Gaussian noise on an input'),
  dictionary: z.enum(['orthonormal', 'identity']).default('orthonormal').describe('M'),
});

const network = z.strictObject({
  neurons: count(2, 65536).default(1536).describe('m, the number of neurons'),
  initialDeviation: positive.default(2e-5).describe('sigma_0, the standard deviation of the initial weights'),
  noise: nonNegative.default(0).describe('sigma_rho, the pre-activation noise of training'),
});

const clean = z.strictObject({
  steps: count(1).default(300).describe('Steps of clean training'),
  batch: count(1).default(1024).describe('Examples a step, fresh at every step'),
  ...rateShape,
  rate: rateShape.rate.default(25),
  warmup: rateShape.warmup.default(50),
  hold: rateShape.hold.default(0.6),
  final: rateShape.final.default(0.1),
  decay: rateShape.decay.default(1e-5),
  biasStart: nonNegative.default(2.5).describe('b at the start, in units of sigma_0'),
  biasRatio: nonNegative.default(0.055).describe('b follows this share of the mean weight norm while it grows'),
  biasFinal: nonNegative.default(0.036).describe('b stops growing here'),
});

const adversarial = z.strictObject({
  steps: count(1).default(900).describe('Steps of adversarial training'),
  batch: count(1).default(512).describe('Examples a step, fresh at every step'),
  ...rateShape,
  rate: rateShape.rate.default(11),
  warmup: rateShape.warmup.default(60),
  hold: rateShape.hold.default(0.4),
  final: rateShape.final.default(0.01),
  decay: rateShape.decay.default(1e-5),
});

const evaluation = z.strictObject({
  examples: count(2).default(5000).describe('Fresh examples that are attacked'),
  steps: count(1).default(100).describe('PGD steps of every restart'),
  restarts: count(1)
    .default(2)
    .describe(
      'Random restarts of the search, for examples that came near an error; beside PGD from the input and a start at the mixture',
    ),
  batch: count(1).default(250).describe('Examples attacked at a time; changes memory, not results'),
  curveExamples: count(2)
    .default(250)
    .describe('Examples of the curves, of the perturbations and of those seen in training'),
  curveSteps: count(1).default(25).describe('PGD steps of the curves'),
});

/** Settings that several parts share, by their names. */
export const mainFields = {
  tau: positive.default(0.115).describe('Radius of the l2 attack, the same in training and evaluation (input units)'),
  data: data.prefault({}),
  network: network.prefault({}),
  clean: clean.prefault({}),
  adversarial: adversarial.prefault({}),
  evaluation: evaluation.prefault({}),
};

/** What changes no result; after those of the parts. */
export const lastFields = {
  checkpointEvery: count(1).default(25).describe('Training steps between two checkpoints'),
};

const schema = z.looseObject({ ...mainFields, ...lastFields });

/** The setting as every part sees it. */
export type MainSetting = z.output<z.ZodObject<typeof mainFields & typeof lastFields>>;

/**
 * What main settings cannot be together.
 *
 * @param setting - A complete setting.
 * @returns The faults.
 */
export function mainFaults(setting: MainSetting): readonly SettingFault[] {
  const { data, network, clean, adversarial, evaluation } = setting;
  const fault = (isFault: boolean, path: string, message: string): readonly SettingFault[] =>
    isFault ? [{ path: path.split('.'), message }] : [];
  return [
    ...fault(
      data.active + data.strongRate > data.dimension,
      'data.active',
      `active (k) plus strongRate must be at most the dimension ${data.dimension}`,
    ),
    ...fault(
      data.dimension * network.neurons > ENTRIES,
      'network.neurons',
      `neurons (m) times the dimension (d) must be at most ${ENTRIES}, which takes 256 MB`,
    ),
    ...tooManyRows(rowOf(setting), 'clean', { batch: clean.batch }),
    ...tooManyRows(rowOf(setting), 'adversarial', { batch: adversarial.batch }),
    ...tooManyRows(rowOf(setting), 'evaluation', {
      examples: evaluation.examples,
      curveExamples: evaluation.curveExamples,
    }),
    ...fault(!fitsIn(clean), 'clean.warmup', warmupTooLong),
    ...fault(!fitsIn(adversarial), 'adversarial.warmup', warmupTooLong),
    ...fault(
      evaluation.curveExamples > evaluation.examples,
      'evaluation.curveExamples',
      'curveExamples must be at most examples: the curves attack the first of them',
    ),
  ];
}

/** The main settings alone; those of parts pass as they are. */
export const mainSchema = schema.superRefine((setting, context) => {
  for (const { path, message } of mainFaults(setting)) context.addIssue({ code: 'custom', path: [...path], message });
});
