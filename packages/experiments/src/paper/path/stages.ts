import { networkStage, type RunStore, readMeasure, type Stage } from '@advml/runs';
import { inOrderOfSteps, layersLeft, type PathPoint, stepAt } from '../../shared/path/points.ts';
import { believedAccuraciesOf } from '../accuracies.ts';
import { freshExamples } from '../examples.ts';
import { ofNetworks } from '../network-stage.ts';
import { madeBy, waypoint } from '../networks.ts';
import type { PathMeasures } from './measures.ts';
import { nearestOther } from './nearest.ts';
import type { PathSetting, PathWorld } from './setting.ts';

const NEAREST = 'path/nearest';

const nameOf = (share: number): string => `path/${share}`;

/** The weights at a share of adversarial training. */
function weightsAt(share: number): string {
  if (share === 0) return 'clean';
  return share === 1 ? 'robust' : waypoint(share);
}

const sharesOf = ({ path: { shares } }: PathSetting): readonly number[] => [0, ...shares, 1];

/**
 * What is left of w and what is withstood at each point of the way, and how near w is to other neurons of w'.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function pathStages(world: () => PathWorld, setting: PathSetting): readonly Stage[] {
  const point = (share: number): Stage => {
    const now = weightsAt(share);
    const networks: Readonly<Record<string, string>> = {
      clean: madeBy.clean,
      ...(share > 0 && { [now]: madeBy.robust }),
    };
    return networkStage({ name: nameOf(share), networks, world }, async ({ world: here, params, loop, own }) => {
      const { adversarial, evaluation, path } = setting;
      const accuracies = await believedAccuraciesOf(here, params[now], own(freshExamples(here, path.examples)), {
        key: here.root.child('attack', 'path'),
        steps: evaluation.curveSteps,
        restarts: 1,
        ...loop,
      });
      const layers = layersLeft(params.clean, params[now], ['weight'], 'all');
      return { step: share === 0 ? 0 : stepAt(share, adversarial.steps), ...accuracies, layers } satisfies PathPoint;
    });
  };
  return [
    ...sharesOf(setting).map(point),
    ofNetworks(NEAREST, ['clean', 'robust'], world, ({ params }) => ({
      weight: nearestOther(params.clean, params.robust),
    })),
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
  const kept = sharesOf(setting).map((share) => readMeasure<PathPoint>(store, nameOf(share)));
  const points = inOrderOfSteps((await Promise.all(kept)).flatMap((point) => point ?? []));
  return { points, nearest: await readMeasure(store, NEAREST) };
}
