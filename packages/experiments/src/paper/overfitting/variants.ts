import { pgd } from '@advml/attacks';
import {
  type Attack,
  type Batch,
  type Battery,
  ball,
  classifier,
  type LoopOptions,
  l2,
  type Threat,
} from '@advml/core';
import type { Overrides } from '@advml/runs';
import { owning, trainPlainly } from '@advml/runs';
import { accuraciesUnder, believedUnder } from '../../shared/accuracies.ts';
import { cleanPhase, repeatedBatches } from '../training/phases.ts';
import { variantWorld } from '../world.ts';
import type { VariantResult } from './measures.ts';
import type { OverfittingSetting, OverfittingWorld } from './setting.ts';

/** One clean training that differs from the main one in one thing. */
export interface Variant {
  /** What is different. */
  readonly name: string;
  /** What it changes in the setting. */
  readonly change?: Overrides;
  /** Size of the training set, where it is fixed. */
  readonly fixedExamples?: number;
}

/**
 * The variants of a setting.
 *
 * @param setting - A complete setting.
 * @returns The variants, in the order of the report.
 */
export function variantsOf({ overfitting, network }: OverfittingSetting): readonly Variant[] {
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
export function overfittingAttack({ tau, overfitting }: OverfittingSetting): Attack {
  return fromInput(ball(l2, tau), overfitting.steps);
}

const fromInput = (threat: Threat, steps: number): Attack => pgd({ threat, steps, start: 'none' });

/** The same attack as a member of a battery, for signs that it misleads. */
const membersOf = ({ overfitting: { steps } }: OverfittingSetting): Battery => [
  { kind: 'white-box', attack: (threat) => fromInput(threat, steps), withSteps: fromInput },
];

/**
 * Trains a variant cleanly and attacks it; everything in the dictionary's coordinates, where l2 attacks are the same.
 *
 * @param world - The run.
 * @param variant - What is different.
 * @param loop - Progress of the training, and abort.
 * @returns Plain numbers.
 */
export async function measureVariant(
  main: OverfittingWorld,
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
    const model = classifier(network, params);
    const optionsFor = (examples: string) => ({
      key: key.child('attack', examples),
      batchSize: setting.evaluation.batch,
      signal,
    });
    const fresh: Batch = own(data.batch(key.child('fresh'), setting.overfitting.examples, 'coefficients'));
    const { clean, robust, masking } = await believedUnder(
      model,
      fresh,
      attack,
      membersOf(setting),
      optionsFor('fresh'),
    );
    const last = fixed && own(fixed(setting.clean.steps - 1));
    const seen = last && (await accuraciesUnder(model, last, attack, optionsFor('seen')));
    return { name, clean, robust, ...(seen && { robustOnTraining: seen.robust }), masking };
  });
}
