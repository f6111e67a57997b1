import type { Figure, SeedMeasures } from '@advml/runs';
import { accuracyFigures } from './accuracy/figures.ts';
import type { AccuracyMeasures } from './accuracy/measures.ts';
import { accuracyMeasures, accuracyStages } from './accuracy/stages.ts';
import { accuracyTables } from './accuracy/tables.ts';
import { c1 } from './claims/c1.ts';
import { c2 } from './claims/c2.ts';
import { c3 } from './claims/c3.ts';
import { c4 } from './claims/c4.ts';
import { c5 } from './claims/c5.ts';
import { c13 } from './claims/c13.ts';
import { c14 } from './claims/c14.ts';
import { c15 } from './claims/c15.ts';
import { c16 } from './claims/c16.ts';
import { layersFigures } from './layers/figures.ts';
import type { LayersMeasures } from './layers/measures.ts';
import { layersMeasures, layersStages } from './layers/stages.ts';
import { layersTables } from './layers/tables.ts';
import { lowRankFigures } from './low-rank/figures.ts';
import type { LowRankMeasures } from './low-rank/measures.ts';
import { lowRankMeasures, lowRankStages } from './low-rank/stages.ts';
import { lowRankTables } from './low-rank/tables.ts';
import type { ImagesPart } from './part.ts';
import { picturesFigures } from './pictures/figures.ts';
import type { PicturesMeasures } from './pictures/measures.ts';
import { picturesMeasures, picturesStages } from './pictures/stages.ts';
import { picturesTables } from './pictures/tables.ts';
import type { ImagesSetting } from './setting.ts';
import { sparseFigures } from './sparse/figures.ts';
import type { SparseMeasures } from './sparse/measures.ts';
import { sparseMeasures, sparseStages } from './sparse/stages.ts';
import { sparseTables } from './sparse/tables.ts';

/** Pictures of single seeds; the report of several has their tables, and links to them. */
const ofOneSeed =
  <Measures>(
    draw: (
      seeds: readonly SeedMeasures<Measures>[],
      setting: ImagesSetting,
    ) => readonly Figure[] | Promise<readonly Figure[]>,
  ): ImagesPart<Measures>['figures'] =>
  async (seeds, setting) =>
    seeds.length === 1 ? draw(seeds, setting) : [];

const accuracy: ImagesPart<AccuracyMeasures> = {
  name: 'accuracy',
  claims: [c1, c2, c3],
  stages: accuracyStages,
  measures: accuracyMeasures,
  tables: accuracyTables,
  figures: ofOneSeed(accuracyFigures),
};

const layers: ImagesPart<LayersMeasures> = {
  name: 'layers',
  claims: [c4, c5, c14],
  stages: layersStages,
  measures: layersMeasures,
  tables: layersTables,
  figures: ofOneSeed(layersFigures),
};

const lowRank: ImagesPart<LowRankMeasures> = {
  name: 'low-rank',
  claims: [c13],
  stages: lowRankStages,
  measures: lowRankMeasures,
  tables: lowRankTables,
  figures: ofOneSeed(lowRankFigures),
};

const sparse: ImagesPart<SparseMeasures> = {
  name: 'sparse',
  claims: [c15],
  stages: sparseStages,
  measures: sparseMeasures,
  tables: sparseTables,
  figures: ofOneSeed(sparseFigures),
};

const pictures: ImagesPart<PicturesMeasures> = {
  name: 'pictures',
  claims: [c16],
  stages: picturesStages,
  measures: picturesMeasures,
  tables: picturesTables,
  figures: ofOneSeed(picturesFigures),
};

/** The parts of an experiment on images, in the order of the report. */
export const imagesParts: readonly ImagesPart[] = [accuracy, layers, sparse, lowRank, pictures];
