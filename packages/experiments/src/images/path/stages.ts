import { summarize } from '@advml/core';
import { bestCosines, decompose, layerRows } from '@advml/purification';
import { type RunStore, readMeasure, type Stage } from '@advml/runs';
import { neuronsThatCount, placeOf } from '../../shared/neurons-that-count.ts';
import { inOrderOfSteps, layersLeft, type PathPoint, stepAt } from '../../shared/path/points.ts';
import { believedByProbe } from '../believed.ts';
import { ofNetworks } from '../network-stage.ts';
import { mainRobust, type NetworkName, robustIn, waypoint } from '../networks.ts';
import { adversarialPhase } from '../training/phases.ts';
import { threatOf } from '../world.ts';
import type { PathMeasures } from './measures.ts';
import type { PathSetting, PathWorld } from './setting.ts';

type Described = PathSetting['threats'][number];

const NEAREST = 'path/nearest';

const nameOf = ({ norm }: Described, share: number): string => `path/${norm}-${share}`;

/** The weights at a share of the training in a norm. */
function weightsAt({ norm }: Described, share: number): NetworkName {
  if (share === 0) return 'clean';
  return share === 1 ? robustIn(norm) : waypoint(norm, share);
}

const sharesOf = ({ path: { shares } }: PathSetting): readonly number[] => [0, ...shares, 1];

/**
 * What is left of w and what is withstood at each point of the way, and how near w is to another network's w'.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function pathStages(world: () => Promise<PathWorld>, setting: PathSetting): readonly Stage[] {
  const main = mainRobust(setting);
  const point = (described: Described, share: number): Stage => {
    const now = weightsAt(described, share);
    const networks = [...new Set<NetworkName>(['clean', now])];
    return ofNetworks(nameOf(described, share), networks, world, async ({ world: here, params, loop }) => {
      const { path } = setting;
      const { steps } = adversarialPhase(here, here.root, threatOf(described));
      const options = { described, examples: path.examples, key: here.root.child('probe', 'test'), ...loop };
      const accuracies = await believedByProbe(here, params[now], options);
      const layers = layersLeft(params.clean, params[now], here.weights, 'that count');
      return { step: share === 0 ? 0 : stepAt(share, steps), ...accuracies, layers } satisfies PathPoint;
    });
  };
  return [
    ...setting.threats.flatMap((described) => sharesOf(setting).map((share) => point(described, share))),
    ofNetworks(NEAREST, ['clean', main, 'control-robust'], world, ({ world: { weights }, params }) => {
      const [own, robust, other] = [params.clean, params[main], params['control-robust']].map((of) =>
        layerRows(of, weights),
      );
      const medianOf = (name: string) => {
        const counted = neuronsThatCount(decompose(own[name], robust[name]), placeOf(weights, name)); // as of the points
        const { cosine } = bestCosines(own[name], other[name]);
        return summarize(counted.map((neuron) => cosine[neuron]).filter(Number.isFinite)).median;
      };
      return Object.fromEntries(weights.map((name) => [name, medianOf(name)]));
    }),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if a file is damaged.
 */
export async function pathMeasures(store: RunStore, setting: PathSetting): Promise<PathMeasures> {
  const nearest = await readMeasure<Readonly<Record<string, number>>>(store, NEAREST);
  const paths = setting.threats.map(async (described, at) => {
    const kept = sharesOf(setting).map((share) => readMeasure<PathPoint>(store, nameOf(described, share)));
    const points = inOrderOfSteps((await Promise.all(kept)).flatMap((point) => point ?? []));
    return { ...described, points, ...(at === 0 && { nearest }) };
  });
  return (await Promise.all(paths)).filter(({ points }) => points.length > 0);
}
