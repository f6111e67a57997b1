import { count, fraction, nonNegative, positive, type SettingFault } from '@advml/runs';
import { z } from 'zod';

/** The image sets that a run can be about. */
export const imageSetNames = ['fashion-mnist', 'digits', 'colour', 'mnist', 'idx', 'cifar-10', 'cifar-100'] as const;

const data = z.strictObject({
  set: z
    .enum(imageSetNames)
    .default('fashion-mnist')
    .describe(
      'Image set: that of Debian; built in, digits, and colour images with known features; or files of MNIST, of its form (idx), or CIFAR',
    ),
  folder: z
    .string()
    .nullable()
    .default(null)
    .describe("Folder with its files. Default: that of Debian's package for fashion-mnist, none for what is built in"),
  classes: count(2).default(10).describe('Number of classes of a set in the form of MNIST (idx)'),
  train: count(1).nullable().default(null).describe('Examples to train on, the first of the set; null: all'),
  shift: count(0).default(0).describe('Pixels that training images are shifted by at random, at most'),
  flip: z.boolean().default(false).describe('Whether training images are mirrored at random'),
});

const threats = z
  .array(z.strictObject({ norm: z.enum(['l1', 'l2', 'linf']), eps: positive }))
  .min(1)
  .default([
    { norm: 'linf', eps: 0.1 },
    { norm: 'l2', eps: 1.5 },
  ])
  .describe(
    'Norms and radii (pixels are in [0, 1]), each with an adversarial training of its own; claims are about the first',
  );

/** How a phase of training goes, but for its default values. */
const phaseShape = {
  epochs: positive.describe('Passes over the training examples'),
  batch: count(1).default(128).describe('Examples a step'),
  rate: positive.describe('Peak learning rate of Adam with decoupled weight decay'),
  rise: fraction.default(0.1).describe('Share of the steps with a linear warm-up'),
  hold: fraction
    .default(0.3)
    .describe('Share of the steps until which the rate stays at its peak; then it falls to zero'),
  decay: nonNegative.default(0.01).describe('Weight decay, as a share of the rate'),
};

/** How a kind of network is trained, and on how much it is judged. */
export interface KindDefaults {
  /** What initial weights are multiplied by. */
  readonly initialScale: number;
  /** Passes over the training examples of clean training. */
  readonly cleanEpochs: number;
  /** The same of adversarial training. */
  readonly adversarialEpochs: number;
  /** Its peak learning rate. */
  readonly adversarialRate: number;
  /** Test examples that the standard battery attacks. */
  readonly examples: number;
}

const riseTooLong = 'rise must be at most hold, where the rate begins to fall';
const risesInTime = ({ rise, hold }: { rise: number; hold: number }) => rise <= hold;

/**
 * Settings that several parts share, by their names.
 *
 * @param defaults - How a kind of network is trained, and on how much judged.
 * @returns The fields.
 */
export const mainFields = ({
  initialScale,
  cleanEpochs,
  adversarialEpochs,
  adversarialRate,
  examples,
}: KindDefaults) => ({
  data: data.prefault({}),
  threats,
  initialScale: positive
    .default(initialScale)
    .describe('What initial weights are multiplied by; the theory begins at small ones, which training soon outgrows'),
  clean: z
    .strictObject({
      ...phaseShape,
      epochs: phaseShape.epochs.default(cleanEpochs),
      rate: phaseShape.rate.default(3e-3),
    })
    .refine(risesInTime, { path: ['rise'], error: riseTooLong })
    .prefault({}),
  adversarial: z
    .strictObject({
      ...phaseShape,
      epochs: phaseShape.epochs.default(adversarialEpochs),
      rate: phaseShape.rate.default(adversarialRate),
      attackSteps: count(1).default(2).describe('PGD steps of the training attack, from a random point'),
      stepSize: positive.default(0.75).describe('Length of such a step as a share of the radius'),
    })
    .refine(risesInTime, { path: ['rise'], error: riseTooLong })
    .prefault({}),
  evaluation: z
    .strictObject({
      examples: count(2).default(examples).describe('Test examples that the standard battery attacks'),
      steps: count(1).default(100).describe("Gradient steps of the battery's attacks"),
      queries: count(1).default(5000).describe('Forward passes of its attack without gradients'),
      targets: count(1).default(9).describe('Wrong classes that its targeted attacks aim at'),
      probeExamples: count(2).default(250).describe('Examples of curves, and of networks that only the probe attacks'),
      probeSteps: count(1)
        .default(20)
        .describe('Steps of the probe: PGD on the cross-entropy, then APGD on the margin'),
      batch: count(1).default(250).describe('Examples attacked at a time; changes memory, not results'),
    })
    .prefault({}),
});

/** What changes no result; after those of the parts. */
export const lastFields = {
  checkpointEvery: count(1).default(50).describe('Training steps between two checkpoints'),
};

/** The setting as every part sees it. */
export type MainSetting = z.output<z.ZodObject<ReturnType<typeof mainFields> & typeof lastFields>>;

/**
 * What main settings cannot be together.
 *
 * @param setting - A complete setting.
 * @returns The faults.
 */
export function mainFaults({ threats }: MainSetting): readonly SettingFault[] {
  const message = 'threats must be of different norms: the network trained in a norm is called by it';
  return new Set(threats.map(({ norm }) => norm)).size === threats.length ? [] : [{ path: ['threats'], message }];
}
