import type { LowComplexitySetting } from '../low-complexity/setting.ts';
import type { PaperPart } from '../part.ts';
import type { FrozenMeasures } from './measures.ts';
import { frozenMeasures, frozenStages } from './stages.ts';
import { frozenTables } from './tables.ts';

/**
 * The frozen-features control: whether the neurons of w need purification, or only other output weights. It trains and attacks as
 * claim C10 does its models.
 *
 * @see Mousavi-Hosseini, Javanmard, Erdogdu: Robust Feature Learning for Multi-Index Models in High Dimensions, 2024
 * (arXiv:2410.16449), where features of ordinary training are good enough, and a last layer trained adversarially makes them robust.
 */
export const frozen: PaperPart<FrozenMeasures, LowComplexitySetting> = {
  name: 'frozen',
  claims: [],
  stages: frozenStages,
  measures: frozenMeasures,
  tables: frozenTables,
  figures: async () => [],
};
