import { type Batch, InputError, type OnProgress, type Params } from '@advml/core';
import { slice, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { checkpointFile } from '../run/checkpoint.ts';
import { type Own, owning } from '../run/owning.ts';
import { measured, type StageContext, weightsOf } from '../run/stages.ts';
import { measureFeatures } from './features.ts';
import type { PaperMeasures, PerNetwork } from './measures.ts';
import { measureOverfitting } from './overfitting.ts';
import { measureCurve, measurePerturbations, measureRobustness } from './robustness.ts';
import { trainLogged } from './train.ts';
import { adversarialPhase, cleanPhase, type Phase } from './training-phases.ts';
import { dataOfAnyMargin, type PaperWorld, toCoefficients, toInputs } from './world.ts';

/** The phases of training and the keys of their batches. */
const phasesOf = (world: PaperWorld) => ({
  clean: cleanPhase(world, world.root.child('clean')),
  robust: adversarialPhase(world, world.root.child('adversarial')),
});

/** Refuses weights that training has driven to zero: nothing can be measured on them. */
function requireAlive(params: Params, phase: string): Params {
  if (params.weight.dataSync().some((value) => value !== 0)) return params;
  throw new InputError(
    `${phase} training left every weight at zero; lower ${phase}.decay or ${phase}.rate, or raise network.initialDeviation`,
  );
}

async function train(context: StageContext, world: PaperWorld, own: Own): Promise<PerNetwork<Params>> {
  const phases = phasesOf(world);
  const init = own(await weightsOf(context, 'init', async () => world.network.init(world.root.child('init'))));
  const start = own(toCoefficients(world.data, init));
  const work = (phase: string, how: Phase, from: Params) =>
    owning(async (ownHere) => {
      const before = ownHere(toCoefficients(world.data, from));
      const after = await trainLogged(context, world, phase, how, before, start.weight as Tensor2D);
      return toInputs(world.data, requireAlive(ownHere(after), phase));
    });
  const trained = async (name: keyof typeof phases, phase: string, from: Params) => {
    const params = own(await weightsOf(context, name, () => work(phase, phases[name], from)));
    await checkpointFile(context.store, phase).remove();
    return params;
  };
  const clean = await trained('clean', 'clean', init);
  return { init, clean, robust: await trained('robust', 'adversarial', clean) };
}

/** Examples of the last batch that a phase of training saw, as inputs x; owned by the caller. */
function seenExamples({ data, setting }: PaperWorld, { batches, steps }: Phase): Batch {
  const last = batches(steps - 1);
  const count = Math.min(setting.evaluation.curveExamples, last.y.shape[0]);
  const x = tidy(() => data.toInputs(slice(last.x, 0, count) as Tensor2D));
  const y = slice(last.y, 0, count) as Tensor1D;
  last.x.dispose();
  last.y.dispose();
  return { x, y };
}

async function evaluate(
  context: StageContext,
  world: PaperWorld,
  networks: PerNetwork<Params>,
  own: Own,
): Promise<PaperMeasures> {
  const { setting, data, root } = world;
  const phases = phasesOf(world);
  const fresh = own(data.batch(root.child('test'), setting.evaluation.examples));
  const loop = (onProgress: OnProgress) => ({ onProgress, signal: context.signal });
  const robustness = (name: 'clean' | 'robust') =>
    measured(context, `robustness-${name}`, (onProgress) =>
      owning(async (ownHere) => {
        const seen = ownHere(seenExamples(world, phases[name]));
        const anyMargin = ownHere(dataOfAnyMargin(world).batch(root.child('test', 'any margin'), seen.y.shape[0]));
        return measureRobustness(world, networks[name], { fresh, seen, anyMargin }, loop(onProgress));
      }),
    );
  const curve = (name: keyof typeof networks) =>
    measured(context, `curve-${name}`, (onProgress) => measureCurve(world, networks[name], fresh, loop(onProgress)));
  const perturbations = (name: 'clean' | 'robust') =>
    measured(context, `perturbations-${name}`, async () => measurePerturbations(world, networks[name], fresh));
  return {
    clean: await robustness('clean'),
    robust: await robustness('robust'),
    perturbations: { clean: await perturbations('clean'), robust: await perturbations('robust') },
    ...(await measured(context, 'features', async () => measureFeatures(world, networks))),
    curves: { init: await curve('init'), clean: await curve('clean'), robust: await curve('robust') },
    overfitting: setting.overfitting.enabled
      ? await measured(context, 'overfitting', (onProgress) => measureOverfitting(world, loop(onProgress)))
      : null,
  };
}

/**
 * The paper's pipeline: initialize, train cleanly, train adversarially from there, and measure all three networks.
 *
 * Every part is kept in the run's files as soon as it is made, so a run that was stopped goes on where it was.
 *
 * @param context - The run's files, listener and signal.
 * @param world - Its data model and network.
 * @returns What was measured.
 * @throws AbortedError if the signal is aborted; InputError if a kept file is damaged.
 */
export async function runPipeline(context: StageContext, world: PaperWorld): Promise<PaperMeasures> {
  return owning(async (own) => evaluate(context, world, await train(context, world, own), own));
}
