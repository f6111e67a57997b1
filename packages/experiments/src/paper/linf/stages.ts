import { fgm } from '@advml/attacks';
import { cloneParams, linf, type Norm, type OnProgress, type Params } from '@advml/core';
import { freshBatches } from '@advml/data';
import type { Phase, Stage, StageContext } from '@advml/runs';
import { keptWeights, measureStage, type Own, owning, trainResumably, weightsStage } from '@advml/runs';
import { measureCurve } from '../robustness.ts';
import { freshExamples } from '../test-sets.ts';
import { adversarialPhase } from '../training-phases.ts';
import { madeBy, requireAlive } from '../training-stages.ts';
import type { PaperWorld } from '../world.ts';
import { measureInNorm, measureLinfFeatures, type PerTraining } from './measures.ts';
import { NORMS, threatIn } from './threats.ts';

/** The trainings that are compared. */
export const TRAININGS = ['clean', 'robust', 'linf'] as const;

/** The stages that make their networks. */
const MADE_BY: PerTraining<string> = { clean: madeBy.clean, robust: madeBy.robust, linf: 'linf training' };

/**
 * Name of the stage that measures a network in a norm.
 *
 * @param what - Accuracy at the norm's radius, or the curve.
 * @param training - Which network.
 * @param norm - The norm.
 * @returns The name.
 */
export function linfStage(what: 'accuracy' | 'curve', training: keyof PerTraining<unknown>, { name }: Norm): string {
  return `linf/${what}-${training}-${name}`;
}

/**
 * Adversarial training by FGSM, from the clean weights and with the bias fixed.
 *
 * The l-infinity norm is another one in the dictionary's coordinates, so examples are the inputs x themselves.
 *
 * @param world - The run.
 * @returns The phase, for inputs x.
 */
export function fgsmPhase({ setting, root, ...world }: PaperWorld): Phase {
  const key = root.child('linf');
  const adversarial = { ...setting.adversarial, rate: setting.linf.rate * setting.adversarial.rate };
  return adversarialPhase({ ...world, root, setting: { ...setting, adversarial } }, key, {
    attack: fgm({ threat: threatIn(linf, setting) }),
    batches: freshBatches(world.data, key.child('data'), adversarial.batch, 'inputs'),
  });
}

/** A measurement of some examples on one network. */
type Measurement = (
  given: { readonly world: PaperWorld; readonly params: Params; readonly own: Own },
  loop: { readonly onProgress: OnProgress; readonly signal?: AbortSignal },
) => Promise<unknown>;

/**
 * FGSM training, attacks in three norms on three networks, and what their neurons carry.
 *
 * @param world - Gives the run's data model and network.
 * @returns The stages.
 */
export function linfStages(world: () => PaperWorld): readonly Stage[] {
  const weights = async ({ store }: StageContext, own: Own, name: string) => own(await keptWeights(store, name));
  const network = () => world().network;
  const ofNetwork = (name: string, training: (typeof TRAININGS)[number], measure: Measurement) =>
    measureStage(name, [MADE_BY[training]], (context, onProgress) =>
      owning(async (own) => {
        const params = await weights(context, own, training);
        return measure({ world: world(), params, own }, { onProgress, signal: context.signal });
      }),
    );
  const pairs = [...TRAININGS].reverse().flatMap((training) => NORMS.map((norm) => ({ training, norm })));
  return [
    weightsStage({ name: MADE_BY.linf, weights: 'linf', needs: [madeBy.clean], phase: 'linf', network }, (context) =>
      owning(async (own) => {
        const start = await weights(context, own, 'clean');
        const { checkpointEvery } = world().setting;
        const training = { name: 'linf', phase: fgsmPhase(world()), start, checkpointEvery };
        const trained = own(await trainResumably(context, training));
        return cloneParams(requireAlive(trained, 'linf', 'adversarial.decay'));
      }),
    ),
    ...pairs.map(({ training, norm }) =>
      ofNetwork(linfStage('accuracy', training, norm), training, ({ world, params, own }, loop) =>
        measureInNorm(world, params, own(freshExamples(world, world.setting.linf.examples)), norm, loop),
      ),
    ),
    ...pairs.map(({ training, norm }) =>
      ofNetwork(linfStage('curve', training, norm), training, ({ world, params, own }, loop) => {
        const fresh = own(freshExamples(world, world.setting.linf.curveExamples));
        return measureCurve(world, params, fresh, loop, threatIn(norm, world.setting));
      }),
    ),
    measureStage('linf/features', Object.values(MADE_BY), (context) =>
      owning(async (own) => {
        const [clean, robust, linf] = await Promise.all(TRAININGS.map((name) => weights(context, own, name)));
        return measureLinfFeatures(world(), { clean, robust, linf });
      }),
    ),
  ];
}
