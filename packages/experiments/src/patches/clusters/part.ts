import { tooManyRows } from '../../shared/too-many-rows.ts';
import type { PatchesPart } from '../part.ts';
import * as claims from './claims/index.ts';
import type { ClustersMeasures } from './measures.ts';
import { type ClustersSetting, clustersSetting } from './setting.ts';
import { clustersMeasures, clustersStages } from './stages.ts';
import { clustersTables } from './tables.ts';

/** Claims P11 to P13: clusters, which clean training learns in a way that one perturbation undoes. */
export const clusters: PatchesPart<ClustersMeasures, ClustersSetting> = {
  name: 'clusters',
  claims: Object.values(claims),
  settings: { clusters: clustersSetting.prefault({}) },
  faults({ clusters: { dimension, clusters: count, neurons, train, examples } }) {
    const message = `clusters must be at most ${dimension}, the dimension`;
    return [
      ...(count > dimension ? [{ path: ['clusters', 'clusters'], message }] : []),
      ...tooManyRows(dimension, 'clusters', { clusters: count, neurons }),
      ...tooManyRows(Math.max(dimension, neurons), 'clusters', { train, examples }),
    ];
  },
  stages: clustersStages,
  measures: clustersMeasures,
  tables: clustersTables,
  figures: async (seeds, setting) => (await import('./figures.ts')).clustersFigures(seeds, setting),
};
