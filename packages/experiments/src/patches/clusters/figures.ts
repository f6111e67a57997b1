import { robustnessCurves } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import { overSeeds } from '../../shared/curve.ts';
import type { ClustersMeasures } from './measures.ts';
import type { ClustersSetting } from './setting.ts';

/**
 * Accuracy against the size of the one perturbation.
 *
 * @param seeds - Finished seeds, at least one.
 * @param setting - A complete setting.
 * @returns The figure.
 */
export async function clustersFigures(
  seeds: readonly SeedMeasures<ClustersMeasures>[],
  { clusters: { dimension, clusters } }: ClustersSetting,
): Promise<readonly Figure[]> {
  const [{ measures }] = seeds;
  const series = (['trained', 'byHand'] as const).map((network) => ({
    label: network === 'trained' ? 'trained' : 'made by hand',
    points: overSeeds(seeds.map(({ measures: own }) => own[network].curve)),
  }));
  return [
    {
      name: 'clusters',
      draw: (options) =>
        robustnessCurves(
          {
            series,
            norm: 'l2',
            tau: measures.size,
            title: 'Clusters: accuracy against the size of one perturbation',
            subtitle: `d = ${dimension}, k = ${clusters}, means ${measures.distance.toFixed(1)} apart, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.map(({ seed }) => seed).join(', ')}`,
            caption:
              'Share of fresh examples that stay correctly classified when all of them are moved by the same perturbation, against their labels along the sum of the means times their labels, with 95% intervals.',
          },
          options,
        ),
    },
  ];
}
