import type { RunStore } from '@advml/runs';
import { keptMeasure } from '@advml/runs';
import { c12 } from '../claims/c12.ts';
import type { Part } from '../part.ts';
import { linfFigures } from './figure.ts';
import type { LinfMeasures, PerNorm, PerTraining } from './measures.ts';
import { linfStage, linfStages } from './stages.ts';
import { linfTables } from './table.ts';
import { NORMS } from './threats.ts';

async function keptIn<T>(store: RunStore, what: 'accuracy' | 'curve', training: keyof PerTraining<T>) {
  const perNorm = NORMS.map(async (norm) => [norm.name, await keptMeasure<T>(store, linfStage(what, training, norm))]);
  return Object.fromEntries(await Promise.all(perNorm)) as PerNorm<T>;
}

async function kept<T>(store: RunStore, what: 'accuracy' | 'curve'): Promise<PerTraining<PerNorm<T>>> {
  return {
    clean: await keptIn(store, what, 'clean'),
    robust: await keptIn(store, what, 'robust'),
    linf: await keptIn(store, what, 'linf'),
  };
}

/** Claim C12: adversarial training in l-infinity, and all networks under attack in three norms. */
export const linf: Part<LinfMeasures> = {
  name: 'linf',
  claims: [c12],
  stages: linfStages,
  measures: async (store) => ({
    robustness: await kept(store, 'accuracy'),
    curves: await kept(store, 'curve'),
    features: await keptMeasure(store, 'linf/features'),
  }),
  tables: linfTables,
  figures: async (seeds, setting) => linfFigures(seeds, setting),
};
