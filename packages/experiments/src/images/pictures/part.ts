import { type ImagesPart, ofOneSeed } from '../part.ts';
import * as claims from './claims/index.ts';
import { requireStarts } from './classes.ts';
import type { PicturesMeasures } from './measures.ts';
import { type PicturesSetting, picturesSetting } from './setting.ts';
import { picturesMeasures, picturesStages } from './stages.ts';
import { picturesTables } from './tables.ts';

/** Claim C16: pictures of filters, of images under attack, and of what neurons want to see. */
export const pictures: ImagesPart<PicturesMeasures, PicturesSetting> = {
  name: 'pictures',
  claims: Object.values(claims),
  settings: { pictures: picturesSetting.prefault({}) },
  check: requireStarts,
  stages: picturesStages,
  measures: picturesMeasures,
  tables: picturesTables,
  figures: ofOneSeed(async (seeds, setting) => (await import('./figures.ts')).picturesFigures(seeds, setting)),
};
