import { type ImagesPart, ofOneSeed } from '../part.ts';
import * as claims from './claims/index.ts';
import type { LayersMeasures } from './measures.ts';
import { layersMeasures, layersStages } from './stages.ts';
import { layersTables } from './tables.ts';

/** Claims C4, C5 and C14: what adversarial training made of every layer, beside a control. */
export const layers: ImagesPart<LayersMeasures> = {
  name: 'layers',
  claims: Object.values(claims),
  stages: layersStages,
  measures: layersMeasures,
  tables: layersTables,
  figures: ofOneSeed(async (seeds, setting) => (await import('./figures.ts')).layersFigures(seeds, setting)),
};
