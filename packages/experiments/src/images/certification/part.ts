import { type ImagesPart, ofOneSeed } from '../part.ts';
import type { CertificationMeasures } from './measures.ts';
import { type CertificationSetting, certificatesSetting } from './setting.ts';
import { certificationMeasures, certificationStages } from './stages.ts';
import { certificationTables } from './tables.ts';

/** What is proved at small radii, beside what attacks leave. */
export const certification: ImagesPart<CertificationMeasures, CertificationSetting> = {
  name: 'certification',
  claims: [],
  settings: { certificates: certificatesSetting.prefault({}) },
  testImages: ({ certificates: { examples } }) => ({ 'certificates.examples': examples }),
  stages: certificationStages,
  measures: certificationMeasures,
  tables: certificationTables,
  figures: ofOneSeed(async (seeds, setting) => (await import('./figures.ts')).certificationFigures(seeds, setting)),
};
