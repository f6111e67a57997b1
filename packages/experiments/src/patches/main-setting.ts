import { count, nonNegative, positive, type SettingFault } from '@advml/runs';
import { z } from 'zod';
import { tooManyRows } from '../shared/too-many-rows.ts';

const data = z.strictObject({
  dimension: count(2).default(24).describe('d, the number of inputs of a patch'),
  patches: count(1).default(20).describe('P, the number of patches'),
  classes: count(3).default(4).describe('k, the number of classes'),
  robustPatches: count(1).default(1).describe('Patches of an example with its robust feature'),
  robustSize: positive.default(2.4).describe('Size of the robust feature in each of them (input units)'),
  nonRobustPatches: count(1).default(16).describe('Patches of an example with its non-robust feature'),
  nonRobustSize: positive.default(0.3).describe('Size of the non-robust feature in each of them (input units)'),
  deviation: nonNegative.default(0.1).describe('Standard deviation of the noise on every input (input units)'),
  train: count(1).default(2000).describe('Training examples'),
});

const network = z.strictObject({
  filters: count(1, 4096).default(32).describe('m, the number of filters, which all patches share'),
  initialScale: positive.default(0.02).describe('What the initial filters of He et al. are multiplied by'),
});

const phaseShape = {
  batch: count(1).default(128).describe('Examples a step'),
  rate: positive.describe(
    'Peak learning rate of gradient descent, which rises over 5% of the steps and falls over half of them',
  ),
};

const evaluation = z.strictObject({
  examples: count(2).default(500).describe('Fresh examples that are attacked'),
  steps: count(1).default(50).describe('Steps of the attacks: PGD on the cross-entropy, then APGD on the margin'),
  restarts: count(1).default(1).describe('Starts of each attack'),
  curveExamples: count(2).default(200).describe('Examples of the curves'),
  batch: count(1).default(250).describe('Examples attacked at a time; changes memory, not results'),
});

/** Settings that several parts share, by their names. */
export const mainFields = {
  eps: positive.default(1.2).describe('Radius of the l2 attack, the same in training and evaluation (input units)'),
  data: data.prefault({}),
  network: network.prefault({}),
  clean: z
    .strictObject({
      steps: count(1).default(300).describe('Steps of clean training'),
      ...phaseShape,
      rate: phaseShape.rate.default(0.05),
    })
    .prefault({}),
  adversarial: z
    .strictObject({
      steps: count(1).default(300).describe('Steps of each adversarial training'),
      ...phaseShape,
      rate: phaseShape.rate.default(0.1),
      attackSteps: count(1).default(5).describe('PGD steps of the training attack, from a random point'),
    })
    .prefault({}),
  evaluation: evaluation.prefault({}),
};

/** What changes no result; after those of the parts. */
export const lastFields = {
  checkpointEvery: count(1).default(50).describe('Training steps between two checkpoints'),
};

/** The setting as every part sees it. */
export type MainSetting = z.output<z.ZodObject<typeof mainFields & typeof lastFields>>;

/**
 * What main settings cannot be together.
 *
 * @param setting - A complete setting.
 * @returns The faults.
 */
export function mainFaults({ data, network, clean, adversarial, evaluation }: MainSetting): readonly SettingFault[] {
  const fault = (isFault: boolean, path: string, message: string): readonly SettingFault[] =>
    isFault ? [{ path: path.split('.'), message }] : [];
  const [features, held] = [2 * data.classes, data.robustPatches + data.nonRobustPatches];
  const row = data.patches * Math.max(data.dimension, network.filters);
  return [
    ...tooManyRows(data.dimension, 'network', { filters: network.filters }),
    ...tooManyRows(2 * data.dimension, 'data', { classes: data.classes }),
    ...tooManyRows(data.patches * data.dimension, 'data', { train: data.train }),
    ...tooManyRows(row, 'clean', { batch: Math.min(clean.batch, data.train) }),
    ...tooManyRows(row, 'adversarial', { batch: Math.min(adversarial.batch, data.train) }),
    ...tooManyRows(row, 'evaluation', { examples: evaluation.examples }),
    ...fault(
      features > data.dimension,
      'data.dimension',
      `dimension must be at least ${features}, two features a class`,
    ),
    ...fault(held > data.patches, 'data.patches', `patches must be at least ${held}, those with features`),
    ...fault(
      evaluation.curveExamples > evaluation.examples,
      'evaluation.curveExamples',
      'curveExamples must be at most examples: the curves attack the first of them',
    ),
  ];
}
