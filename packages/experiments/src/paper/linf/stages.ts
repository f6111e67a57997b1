import { fgm } from '@advml/attacks';
import { cloneParams, linf, type StrictNorm } from '@advml/core';
import { freshBatches } from '@advml/data';
import {
  type GivenNetworks,
  keptMeasure,
  keptWeights,
  networkStage,
  owning,
  type Phase,
  type RunStore,
  readMeasure,
  type Stage,
  trainResumably,
  weightsStage,
} from '@advml/runs';
import { LOOKED_AT } from '../../shared/masking.ts';
import { accuraciesOf, curveOf, maskingOf } from '../accuracies.ts';
import { freshExamples } from '../examples.ts';
import { madeBy } from '../networks.ts';
import { adversarialPhase } from '../training/phases.ts';
import { requireAlive } from '../training/stages.ts';
import { measureLinfFeatures } from './features.ts';
import type { LinfMeasures, PerNorm, PerTraining } from './measures.ts';
import type { LinfWorld } from './setting.ts';
import { NORMS, threatIn } from './threats.ts';

/** The trainings that are compared. */
export const TRAININGS = ['clean', 'robust', 'linf'] as const;

type Training = (typeof TRAININGS)[number];

/** The stages that make their networks. */
const MADE_BY: PerTraining<string> = { clean: madeBy.clean, robust: madeBy.robust, linf: 'linf training' };

/** What is measured of a network in a norm: accuracy at the norm's radius, the curve, or signs of a masked gradient. */
type Measured = 'accuracy' | 'curve' | 'masking';

/** Name of the stage that measures it. */
const nameOf = (what: Measured, training: Training, { name }: StrictNorm): string => `linf/${what}-${training}-${name}`;

/**
 * Adversarial training by FGSM, from the clean weights and with the bias fixed.
 *
 * The l-infinity norm is another one in the dictionary's coordinates, so examples are the inputs x themselves.
 *
 * @param world - The run.
 * @returns The phase, for inputs x.
 */
export function fgsmPhase({ setting, root, ...world }: LinfWorld): Phase {
  const key = root.child('linf');
  const adversarial = { ...setting.adversarial, rate: setting.linf.rate * setting.adversarial.rate };
  return adversarialPhase({ ...world, root, setting: { ...setting, adversarial } }, key, {
    attack: fgm({ threat: threatIn(linf, setting) }),
    batches: freshBatches(world.data, key.child('data'), adversarial.batch, 'inputs'),
  });
}

/** Robust accuracy of a network in one norm; the order of the numbers is that of the files. */
async function accuracyIn(norm: StrictNorm, training: Training, given: GivenNetworks<LinfWorld, Training>) {
  const { world, params, own, loop } = given;
  const { steps, restarts, examples } = world.setting.linf;
  const judgement = { key: world.root.child('attack', 'linf'), threat: threatIn(norm, world.setting), steps, restarts };
  const fresh = own(freshExamples(world, examples));
  const { robust, clean, attack } = await accuraciesOf(world, params[training], fresh, { ...judgement, ...loop });
  return { robust, clean, attack };
}

/**
 * FGSM training, attacks in three norms on three networks, and what their neurons carry.
 *
 * @param world - Gives the run's data model and network.
 * @returns The stages.
 */
export function linfStages(world: () => LinfWorld): readonly Stage[] {
  const network = () => world().network;
  const ofNetwork = (
    name: string,
    training: Training,
    measure: (given: GivenNetworks<LinfWorld, Training>) => Promise<unknown>,
  ) =>
    networkStage<unknown, LinfWorld, Training>(
      { name, networks: { [training]: MADE_BY[training] } as PerTraining<string>, world },
      measure,
    );
  const pairs = [...TRAININGS].reverse().flatMap((training) => NORMS.map((norm) => ({ training, norm })));
  return [
    weightsStage({ name: MADE_BY.linf, weights: 'linf', needs: [madeBy.clean], phase: 'linf', network }, (context) =>
      owning(async (own) => {
        const start = own(await keptWeights(context.store, 'clean'));
        const { checkpointEvery } = world().setting;
        const training = { name: 'linf', phase: fgsmPhase(world()), start, checkpointEvery };
        const trained = own(await trainResumably(context, training));
        return cloneParams(requireAlive(trained, 'linf', 'adversarial.decay'));
      }),
    ),
    ...pairs.map(({ training, norm }) =>
      ofNetwork(nameOf('accuracy', training, norm), training, (given) => accuracyIn(norm, training, given)),
    ),
    ...pairs.map(({ training, norm }) =>
      ofNetwork(nameOf('curve', training, norm), training, ({ world, params, own, loop }) => {
        const fresh = own(freshExamples(world, world.setting.linf.curveExamples));
        return curveOf(world, params[training], fresh, loop, threatIn(norm, world.setting));
      }),
    ),
    ...pairs.map(({ training, norm }) =>
      ofNetwork(nameOf('masking', training, norm), training, ({ world, params, own, loop }) => {
        const { steps, restarts, examples } = world.setting.linf;
        const fresh = own(freshExamples(world, Math.min(LOOKED_AT, examples)));
        const judgement = { threat: threatIn(norm, world.setting), steps, restarts };
        return maskingOf(world, params[training], fresh, {
          key: world.root.child('attack', 'masking'),
          ...judgement,
          ...loop,
        });
      }),
    ),
    networkStage({ name: 'linf/features', networks: MADE_BY, world }, ({ world, params }) =>
      measureLinfFeatures(world, params),
    ),
  ];
}

/** A measurement of every network in every norm. */
async function ofAll<T>(read: (training: Training, norm: StrictNorm) => Promise<T>): Promise<PerTraining<PerNorm<T>>> {
  const inNorms = async (training: Training): Promise<PerNorm<T>> => {
    const perNorm = NORMS.map(async (norm) => [norm.name, await read(training, norm)]);
    return Object.fromEntries(await Promise.all(perNorm)) as PerNorm<T>;
  };
  return { clean: await inNorms('clean'), robust: await inNorms('robust'), linf: await inNorms('linf') };
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function linfMeasures(store: RunStore): Promise<LinfMeasures> {
  return {
    robustness: await ofAll((training, norm) => keptMeasure(store, nameOf('accuracy', training, norm))),
    curves: await ofAll((training, norm) => keptMeasure(store, nameOf('curve', training, norm))),
    masking: await ofAll((training, norm) => readMeasure(store, nameOf('masking', training, norm))),
    features: await keptMeasure(store, 'linf/features'),
  };
}
