import type { ImagesPart } from '../part.ts';
import type { FrozenMeasures } from './measures.ts';
import { type FrozenSetting, frozenSetting } from './setting.ts';
import { frozenMeasures, frozenStages } from './stages.ts';
import { frozenTables } from './tables.ts';

/**
 * The frozen-features control: whether the features of w need purification, or only another last layer.
 *
 * @see Mousavi-Hosseini, Javanmard, Erdogdu: Robust Feature Learning for Multi-Index Models in High Dimensions, 2024
 * (arXiv:2410.16449), where features of ordinary training are good enough, and a last layer trained adversarially makes them robust.
 */
export const frozen: ImagesPart<FrozenMeasures, FrozenSetting> = {
  name: 'frozen',
  claims: [],
  settings: { frozen: frozenSetting.prefault({}) },
  testImages: ({ frozen: { examples } }) => ({ 'frozen.examples': examples }),
  stages: frozenStages,
  measures: frozenMeasures,
  tables: frozenTables,
  figures: async () => [],
};
