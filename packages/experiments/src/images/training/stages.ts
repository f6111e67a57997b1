import { cloneParams, mapParams, type Params } from '@advml/core';
import { layerRows, rowCosines } from '@advml/purification';
import type { Choice, Stage, StageContext } from '@advml/runs';
import {
  isChosen,
  keptWeights,
  type Own,
  owning,
  type Phase,
  trainLogged,
  trainResumably,
  weightsStage,
} from '@advml/runs';
import { mul } from '@tensorflow/tfjs-core';
import { keepOnTheWay, type Waypoint } from '../../shared/path/keep.ts';
import { IMAGES, imagesStage, sameWorld } from '../images-stage.ts';
import type { MainSetting } from '../main-setting.ts';
import { type Control, madeBy, type NetworkName, robustIn, waypoint } from '../networks.ts';
import type { PathSetting } from '../path/setting.ts';
import { type ImagesWorld, threatOf } from '../world.ts';
import { adversarialPhase, cleanPhase } from './phases.ts';

/** How one network comes from another. */
interface Step {
  readonly to: NetworkName;
  readonly from: NetworkName;
  /** What else must be made before: logged trainings wait for each other. */
  readonly after?: NetworkName;
  readonly logged: boolean;
  /** Weights that are kept on the way. */
  readonly way?: readonly Waypoint[];
  phase(world: ImagesWorld): Phase;
}

/** Mean over the layers of the mean |cos| of a neuron with where it began. */
function meanCosineWithInit({ weights }: ImagesWorld, params: Params, initial: Params): number {
  const [now, start] = [layerRows(params, weights), layerRows(initial, weights)];
  const means = weights.map((name) => rowCosines(now[name], start[name]).size.mean);
  return means.reduce((sum, mean) => sum + mean, 0) / means.length;
}

/** What the stages that train need of a setting. */
type TrainingSetting = Choice & PathSetting;

function stepsOf(setting: TrainingSetting): readonly Step[] {
  const { threats, path } = setting;
  const shares = isChosen('path', setting) ? path.shares : [];
  const robust = threats.map((described, at): Step => {
    const to = robustIn(described.norm);
    return {
      to,
      from: 'clean',
      after: at > 0 ? robustIn(threats[at - 1].norm) : undefined,
      logged: true,
      way: shares.map((share) => ({ share, weights: waypoint(described.norm, share) })),
      phase: (world) => adversarialPhase(world, world.root.child(to), threatOf(described)),
    };
  });
  return [
    { to: 'clean', from: 'init', logged: true, phase: (world) => cleanPhase(world, world.root.child('clean')) },
    ...robust,
  ];
}

/** How a control is trained, for a share of the epochs of the run's own networks. */
function controlSteps(control: Control, length: number): readonly Step[] {
  const rootOf = ({ root }: ImagesWorld, to: NetworkName) => root.child('control', to);
  return [
    {
      to: `${control}-clean`,
      from: `${control}-init`,
      logged: false,
      phase: (world) =>
        cleanPhase(world, rootOf(world, `${control}-clean`), { epochs: length * world.setting.clean.epochs }),
    },
    {
      to: `${control}-robust`,
      from: `${control}-clean`,
      logged: false,
      phase: (world) =>
        adversarialPhase(world, rootOf(world, `${control}-robust`), threatOf(world.setting.threats[0]), {
          epochs: length * world.setting.adversarial.epochs,
        }),
    },
  ];
}

/**
 * Images, initialization, clean training, adversarial training from there in each norm; and the control: the same from another
 * initialization, with other batches, in the first norm.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function trainingStages(world: () => Promise<ImagesWorld>, setting: TrainingSetting): readonly Stage[] {
  return [
    imagesStage(world),
    initialStage(world, 'init'),
    ...stepsOf(setting).map((step) => trainedStage(world, setting, step)),
    ...controlStages(world, setting, 'control'),
  ];
}

/**
 * The stages that make a control.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @param control - Its name.
 * @param length - How long it is trained, as a share of the epochs of the run's own networks. Default: 1.
 * @returns Its initialization, its clean and its adversarial training.
 */
export function controlStages(
  world: () => Promise<ImagesWorld>,
  setting: MainSetting,
  control: Control,
  length = 1,
): readonly Stage[] {
  return [
    initialStage(world, `${control}-init`),
    ...controlSteps(control, length).map((step) => trainedStage(world, setting, step)),
  ];
}

function initialStage(world: () => Promise<ImagesWorld>, to: NetworkName): Stage {
  const network = async () => (await world()).network;
  return weightsStage({ name: madeBy(to), weights: to, needs: [IMAGES], network }, async ({ store }) => {
    const { network, weights, root, setting } = await sameWorld(world, store);
    return owning(async (own) =>
      mapParams(own(network.init(root.child(to))), (tensor, name) =>
        weights.includes(name) ? mul(tensor, setting.initialScale) : tensor.clone(),
      ),
    );
  });
}

function trainedStage(
  world: () => Promise<ImagesWorld>,
  { checkpointEvery }: MainSetting,
  { to, from, after, logged, way = [], phase }: Step,
): Stage {
  const network = async () => (await world()).network;
  const needs = [...new Set([madeBy(from), ...(logged ? [madeBy('init')] : []), ...(after ? [madeBy(after)] : [])])];
  const also = way.map(({ weights }) => weights);
  return weightsStage({ name: madeBy(to), weights: to, needs, phase: to, logged, also, network }, (context) =>
    owning(async (own) => {
      const here = await sameWorld(world, context.store);
      const start = await weightsOf(context, own, from);
      const how = phase(here);
      const visit = keepOnTheWay(context.store, way, { ...how, kept: cloneParams });
      const training = { name: to, phase: how, start, checkpointEvery, visit };
      if (!logged) return trainResumably(context, training);
      const initial = await weightsOf(context, own, 'init');
      return trainLogged(context, training, (params) => ({
        meanCosineWithInit: meanCosineWithInit(here, params, initial),
      }));
    }),
  );
}

/**
 * Weights of the run.
 *
 * @param context - The run.
 * @param own - Takes them into its care.
 * @param network - Which.
 * @returns Parameters.
 */
export async function weightsOf({ store }: StageContext, own: Own, network: NetworkName): Promise<Params> {
  return own(await keptWeights(store, network));
}
