import type { PaperPart } from '../part.ts';
import * as claims from './claims/index.ts';
import type { CertificationMeasures } from './measures.ts';
import { certificationMeasures, certificationStages } from './stages.ts';
import { certificationTables } from './tables.ts';

/** Claims C17 to C20: what is proved of w and w'. */
export const certification: PaperPart<CertificationMeasures> = {
  name: 'certification',
  claims: Object.values(claims),
  early: true,
  stages: certificationStages,
  measures: certificationMeasures,
  tables: certificationTables,
  figures: async (seeds, setting) => (await import('./figures.ts')).certificationFigures(seeds, setting),
};
