import { keptMeasure } from '@advml/runs';
import { c1 } from './claims/c1.ts';
import { c2 } from './claims/c2.ts';
import { c3 } from './claims/c3.ts';
import { c4 } from './claims/c4.ts';
import { c5 } from './claims/c5.ts';
import { c6 } from './claims/c6.ts';
import { c7 } from './claims/c7.ts';
import { c8 } from './claims/c8.ts';
import { curveStage, evaluationStages, featuresStage } from './evaluation-stages.ts';
import { paperFigures } from './figures.ts';
import type { PaperMeasures } from './measures.ts';
import type { Part } from './part.ts';
import { paperTables } from './tables.ts';

/** Claims C1 to C8: all three networks measured. The evaluation of w' waits for all trainings, so it goes first. */
export const purification: Part<PaperMeasures> = {
  name: 'purification',
  claims: [c1, c2, c3, c4, c5, c6, c7, c8],
  stages: (world, setting) => [
    ...evaluationStages(world, setting, 'robust'),
    featuresStage(world),
    ...evaluationStages(world, setting, 'clean'),
    curveStage(world, 'init'),
  ],
  measures: async (store) => {
    const kept = <T>(name: string) => keptMeasure<T>(store, name);
    return {
      clean: await kept('robustness-clean'),
      robust: await kept('robustness-robust'),
      perturbations: { clean: await kept('perturbations-clean'), robust: await kept('perturbations-robust') },
      ...(await kept<Pick<PaperMeasures, 'features' | 'pictures'>>('features')),
      curves: { init: await kept('curve-init'), clean: await kept('curve-clean'), robust: await kept('curve-robust') },
    };
  },
  tables: paperTables,
  figures: async (seeds, setting) => (seeds.length === 1 ? paperFigures(seeds[0].store, setting, seeds[0].seed) : []),
};
