import { keptMeasure, tableOverSeeds } from '@advml/runs';
import type { Part } from '../part.ts';
import type { AblationResult } from './ablate.ts';
import { ablationFigure } from './figure.ts';
import { ablationStage, ablationStages } from './stages.ts';
import { ablationTable } from './table.ts';
import { ablationGroups } from './variants.ts';

/** What becomes of both trainings when one thing is changed; no claim is judged by it. */
export const ablations: Part<readonly AblationResult[]> = {
  name: 'ablations',
  claims: [],
  stages: ablationStages,
  variants: (setting) =>
    ablationGroups(setting).flatMap(({ ablations }) => ablations.flatMap(({ change }) => (change ? [change] : []))),
  measures: async (store, setting) => {
    const variants = ablationGroups(setting).flatMap((group) => group.ablations);
    return Promise.all(variants.map(({ name }) => keptMeasure<AblationResult>(store, ablationStage(name))));
  },
  tables: (results, setting) => [ablationTable(results, setting)],
  figures: async (seeds, setting) => {
    const tables = seeds.map(({ measures }) => ablationTable(measures, setting));
    const [table, subtitle] =
      tables.length === 1 ? [tables[0], `seed ${seeds[0].seed}`] : [tableOverSeeds(tables), `${tables.length} seeds`];
    return [ablationFigure(table, `d = ${setting.data.dimension}, m = ${setting.network.neurons}; ${subtitle}`)];
  },
};
