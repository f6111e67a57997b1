import { tooManyRows } from '../../shared/too-many-rows.ts';
import { rowOf } from '../limits.ts';
import type { PaperPart } from '../part.ts';
import * as claims from './claims/index.ts';
import type { OverfittingMeasures } from './measures.ts';
import { type OverfittingSetting, overfittingSetting } from './setting.ts';
import { overfittingMeasures, overfittingStages, overfittingVariants } from './stages.ts';
import { overfittingTables } from './tables.ts';

/** Claim C9, by variants that depend on nothing and not on each other. */
export const overfitting: PaperPart<OverfittingMeasures, OverfittingSetting> = {
  name: 'overfitting',
  claims: Object.values(claims),
  settings: { overfitting: overfittingSetting.prefault({}) },
  faults: (setting) => tooManyRows(rowOf(setting), 'overfitting', { examples: setting.overfitting.examples }),
  stages: overfittingStages,
  variants: overfittingVariants,
  measures: overfittingMeasures,
  tables: overfittingTables,
  figures: async () => [],
};
