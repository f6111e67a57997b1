import { count, fraction, list, nonNegative, positive } from '@advml/runs';
import { type ZodType, z } from 'zod';
import { ablationsSetting } from './ablations/setting.ts';
import { ENTRIES, LARGEST_DIMENSION } from './limits.ts';
import { linfSetting } from './linf/setting.ts';
import { lowComplexitySetting } from './low-complexity/setting.ts';
import { lowRankSetting } from './low-rank/setting.ts';
import { scalingSetting } from './scaling/setting.ts';

/** What a run can be asked for: the claims, and the sweep that belongs to none of them. */
export const claimNames = [
  'C1',
  'C2',
  'C3',
  'C4',
  'C5',
  'C6',
  'C7',
  'C8',
  'C9',
  'C10',
  'C11',
  'C12',
  'C13',
  'ablations',
] as const;

/** Name of a claim of the paper, or of a part of the experiment without claims. */
export type ClaimName = (typeof claimNames)[number];

const claims = z
  .union([z.literal('all'), z.array(z.enum(claimNames)).min(1)], {
    error: `Invalid input: expected 'all' or a list of ${claimNames.join(', ')}`,
  })
  .default(['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9'])
  .describe("The claims to measure, or 'all'");

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
  steps: count(1).default(700).describe('Steps of adversarial training'),
  batch: count(1).default(512).describe('Examples a step, fresh at every step'),
  ...rateShape,
  rate: rateShape.rate.default(10),
  warmup: rateShape.warmup.default(60),
  hold: rateShape.hold.default(0.5),
  final: rateShape.final.default(0.03),
  decay: rateShape.decay.default(1e-5),
});

const evaluation = z.strictObject({
  examples: count(2).default(5000).describe('Fresh examples that are attacked'),
  steps: count(1).default(100).describe('PGD steps of every restart'),
  restarts: count(1)
    .default(2)
    .describe('Random restarts of PGD, beside one start at the input and one at the dense mixture'),
  batch: count(1).default(250).describe('Examples attacked at a time; changes memory, not results'),
  curveExamples: count(2)
    .default(250)
    .describe('Examples of the curves, of the perturbations and of those seen in training'),
  curveSteps: count(1).default(25).describe('PGD steps of the curves'),
});

const overfitting = z.strictObject({
  examples: count(2).default(500).describe('Examples attacked for each variant'),
  steps: count(1).default(40).describe('PGD steps for each variant'),
  fixedExamples: count(2)
    .default(20000)
    .describe('Size of the fixed training set of the variant that repeats its data'),
  widths: list(positive).default([0.5, 2]).describe('Numbers of neurons to try, as multiples of m'),
  decays: list(nonNegative).default([1e-6, 1e-4]).describe('Values of lambda to try'),
});

/** Settings that say how many examples are held at a time, each a row of a tensor. */
const heldAtOnce = [
  ['clean', 'batch'],
  ['adversarial', 'batch'],
  ['evaluation', 'examples'],
  ['evaluation', 'curveExamples'],
  ['overfitting', 'examples'],
  ['lowComplexity', 'batch'],
  ['lowComplexity', 'examples'],
  ['linf', 'examples'],
  ['lowRank', 'examples'],
  ['ablations', 'examples'],
] as const;

const schema = z
  .strictObject({
    claims,
    tau: positive.default(0.115).describe('Radius of the l2 attack, the same in training and evaluation (input units)'),
    data: data.prefault({}),
    network: network.prefault({}),
    clean: clean.prefault({}),
    adversarial: adversarial.prefault({}),
    evaluation: evaluation.prefault({}),
    overfitting: overfitting.prefault({}),
    scaling: scalingSetting.prefault({}),
    lowComplexity: lowComplexitySetting.prefault({}),
    linf: linfSetting.prefault({}),
    lowRank: lowRankSetting.prefault({}),
    ablations: ablationsSetting.prefault({}),
    checkpointEvery: count(1).default(25).describe('Training steps between two checkpoints'),
  })
  .refine(({ data }) => data.active + data.strongRate <= data.dimension, {
    path: ['data', 'active'],
    error: ({ input }) =>
      `active (k) plus strongRate must be at most the dimension ${(input as { data: { dimension: number } }).data.dimension}`,
  })
  .refine(({ data, network }) => data.dimension * network.neurons <= ENTRIES, {
    path: ['network', 'neurons'],
    error: `neurons (m) times the dimension (d) must be at most ${ENTRIES}, which takes 256 MB`,
  })
  .refine(({ data, lowComplexity }) => lowComplexity.features * data.dimension ** 2 <= ENTRIES, {
    path: ['lowComplexity', 'features'],
    error: `features times the dimension (d) squared must be at most ${ENTRIES}, which takes 256 MB`,
  })
  .superRefine((setting, context) => {
    const row = Math.max(setting.data.dimension, setting.network.neurons);
    for (const [section, name] of heldAtOnce) {
      const examples = (setting[section] as Readonly<Record<string, number>>)[name];
      if (examples * row > ENTRIES)
        context.addIssue({
          code: 'custom',
          path: [section, name],
          message: `${name} must be at most ${Math.floor(ENTRIES / row)} where examples have ${row} inputs or neurons`,
        });
    }
  })
  .refine(({ clean }) => fitsIn(clean), { path: ['clean', 'warmup'], error: warmupTooLong })
  .refine(({ adversarial }) => fitsIn(adversarial), { path: ['adversarial', 'warmup'], error: warmupTooLong })
  .refine(({ evaluation }) => evaluation.curveExamples <= evaluation.examples, {
    path: ['evaluation', 'curveExamples'],
    error: 'curveExamples must be at most examples: the curves attack the first of them',
  });

/** A complete, checked setting of the paper's pipeline; `advml run paper --settings` prints every key with its meaning. */
export type PaperSetting = z.infer<typeof schema>;

/**
 * Everything that decides a run of the paper's pipeline, with its defaults; unknown keys are refused.
 *
 * Print it as a table with `advml run paper --settings`.
 */
export const paperSetting: ZodType<PaperSetting> = schema;
