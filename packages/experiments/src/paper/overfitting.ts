import { pgd } from '@advml/attacks';
import { type Attack, type Batch, ball, classifier, type LoopOptions, l2 } from '@advml/core';
import { type Proportion, robustAccuracy } from '@advml/metrics';
import type { Overrides } from '@advml/runs';
import { owning, trainPlainly } from '@advml/runs';
import type { Robustness } from './robustness.ts';
import type { PaperSetting } from './setting.ts';
import { cleanPhase, repeatedBatches } from './training-phases.ts';
import { type PaperWorld, variantWorld } from './world.ts';

/** One clean training that differs from the main one in one thing. */
export interface Variant {
  /** What is different. */
  readonly name: string;
  /** What it changes in the setting. */
  readonly change?: Overrides;
  /** Size of the training set, where it is fixed. */
  readonly fixedExamples?: number;
}

/** What came out of a variant. */
export interface VariantResult {
  /** What is different, such as `m = 768`. */
  readonly name: string;
  /** Clean accuracy of the clean-trained network. */
  readonly clean: Proportion;
  /** Its robust accuracy at tau. */
  readonly robust: Proportion;
  /** Robust accuracy on examples of the training set, where that set is fixed. */
  readonly robustOnTraining?: Proportion;
}

/** Clean trainings with other data, widths and regularizers, and the attack that judged them. */
export interface Overfitting {
  /** The attack. */
  readonly attack: string;
  /** One result a variant. */
  readonly variants: readonly VariantResult[];
}

/** What claim C9 looks at. */
export interface OverfittingMeasures {
  /** Accuracies of w. */
  readonly clean: Robustness;
  /** Accuracies of w'. */
  readonly robust: Robustness;
  /** Clean trainings with other data, widths and regularizers. */
  readonly overfitting: Overfitting;
}

/**
 * The variants of a setting.
 *
 * @param setting - A complete setting.
 * @returns The variants, in the order of the report.
 */
export function variantsOf({ overfitting, network }: PaperSetting): readonly Variant[] {
  return [
    { name: `fixed data, ${overfitting.fixedExamples} examples`, fixedExamples: overfitting.fixedExamples },
    ...overfitting.widths.map((width) => {
      const neurons = Math.max(1, Math.round(width * network.neurons));
      return { name: `m = ${neurons}`, change: { network: { neurons } } };
    }),
    ...overfitting.decays.map((decay) => ({ name: `lambda = ${decay}`, change: { clean: { decay } } })),
  ];
}

/**
 * The attack that judges the variants.
 *
 * @param setting - A complete setting.
 * @returns The attack.
 */
export function overfittingAttack({ tau, overfitting }: PaperSetting): Attack {
  return pgd({ threat: ball(l2, tau), steps: overfitting.steps, start: 'none' });
}

/**
 * Trains a variant cleanly and attacks it; everything in the dictionary's coordinates, where l2 attacks are the same.
 *
 * @param world - The run.
 * @param variant - What is different.
 * @param loop - Progress of the training, and abort.
 * @returns Plain numbers.
 */
export async function measureVariant(
  main: PaperWorld,
  { name, change = {}, fixedExamples }: Variant,
  loop: LoopOptions,
): Promise<VariantResult> {
  const world = variantWorld(main, change);
  const { setting, network, data, root } = world;
  const { signal } = loop;
  const attack = overfittingAttack(setting);
  const key = root.child('overfitting', name);
  const fixed =
    fixedExamples === undefined
      ? undefined
      : repeatedBatches(world, {
          set: key.child('data', 'examples'),
          order: key.child('data', 'order'),
          examples: fixedExamples,
          batch: setting.clean.batch,
        });
  return owning(async (own) => {
    const start = own(network.init(key.child('init')));
    const params = own(await trainPlainly(cleanPhase(world, key, { batches: fixed }), start, loop));
    const attackOn = (batch: Batch, examples: string) => {
      const options = { key: key.child('attack', examples), batchSize: setting.evaluation.batch, signal };
      return robustAccuracy(classifier(network, params), own(batch), attack, options);
    };
    const examples = data.batch(key.child('fresh'), setting.overfitting.examples, 'coefficients');
    const { clean, accuracy: robust } = await attackOn(examples, 'fresh');
    const seen = fixed && (await attackOn(fixed(setting.clean.steps - 1), 'seen'));
    return { name, clean, robust, ...(seen && { robustOnTraining: seen.accuracy }) };
  });
}
