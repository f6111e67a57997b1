import type { Table } from '@advml/runs';
import type { ClustersMeasures } from './measures.ts';
import type { ClustersSetting } from './setting.ts';

const NONE = '–';

/**
 * The trained network and the one made by hand in numbers.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns A table.
 */
export function clustersTables(
  { size, distance, trained, byHand }: ClustersMeasures,
  setting: ClustersSetting,
): readonly Table[] {
  const { dimension, clusters, examples } = setting.clusters;
  return [
    {
      name: 'clusters',
      title: 'Clusters: a trained network, and one made by hand',
      note: `${examples} fresh examples of ${clusters} clusters in ${dimension} dimensions, whose means are ${distance.toFixed(1)} apart. The perturbation has the size ${size.toFixed(2)} (l2) and goes against the label along the sum of the means times their labels. Attack: ${byHand.attack}; certifier: ${byHand.certifier}.`,
      columns: ['accuracy', 'trained', 'made by hand'],
      rows: [
        ['clean', trained.clean, byHand.clean],
        ['after the one perturbation', trained.universal, byHand.universal],
        ['under attack', NONE, byHand.robust],
        ['certified', NONE, byHand.certified],
      ],
    },
  ];
}
