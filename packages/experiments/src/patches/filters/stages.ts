import type { Params } from '@advml/core';
import { coefficients, decompose, layerRows } from '@advml/purification';
import { type GivenNetworks, keptMeasure, type RunStore, type Stage } from '@advml/runs';
import { ofNetworks } from '../network-stage.ts';
import { FILTERS, type PatchesWorld } from '../world.ts';
import { type FilterRows, massOf, orderOf } from './mass.ts';
import { type FilterCosines, type FilterNetwork, type FiltersMeasures, filterNetworks } from './measures.ts';
import { sharesAbove } from './shares-above.ts';

/** The filters of a network as a matrix, [filters, d]. */
const matrixOf = (params: Params) => layerRows(params, [FILTERS])[FILTERS];

function lengthsOf({ shape: [rows, columns], data }: ReturnType<typeof matrixOf>): readonly number[] {
  const squares = new Array<number>(rows).fill(0);
  for (let at = 0; at < data.length; at++) squares[Math.floor(at / columns)] += data[at] ** 2;
  return squares.map(Math.sqrt);
}

function rowsOf({ data }: PatchesWorld, params: Params): FilterRows {
  const filters = matrixOf(params);
  const { classes, dimension, robustFeatures, nonRobustFeatures } = data;
  const features = Float32Array.from([...robustFeatures, ...nonRobustFeatures]);
  const products = coefficients(filters, { shape: [2 * classes, dimension], data: features }).data;
  return { products, lengths: lengthsOf(filters) };
}

function cosinesOf(clean: Params, other: Params): FilterCosines {
  const decomposition = decompose(matrixOf(clean), matrixOf(other));
  const { cosine, ratio } = decomposition.summary;
  return { own: cosine, ratio: ratio.median, ...sharesAbove(decomposition, lengthsOf(matrixOf(other))) };
}

function measureFilters({ world, params }: GivenNetworks<PatchesWorld, FilterNetwork>): FiltersMeasures {
  const { classes, dimension } = world.data;
  const rows = Object.fromEntries(filterNetworks.map((name) => [name, rowsOf(world, params[name])]));
  const order = orderOf(rows.robust, classes);
  const mass = Object.fromEntries(filterNetworks.map((name) => [name, massOf(rows[name], classes, order)]));
  return {
    filters: world.setting.network.filters,
    features: classes,
    random: classes / dimension,
    mass: mass as FiltersMeasures['mass'],
    cosines: {
      robust: cosinesOf(params.clean, params.robust),
      scratch: cosinesOf(params.clean, params.scratch),
    },
  };
}

const NAME = 'filters';

/**
 * The filters beside the known features, before and after.
 *
 * @param world - Gives the run's data model and network.
 * @returns The stages.
 */
export function filtersStages(world: () => PatchesWorld): readonly Stage[] {
  return [ofNetworks(NAME, filterNetworks, world, measureFilters)];
}

/**
 * What the stage of this part has measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if they were not made yet or their file is damaged.
 */
export function filtersMeasures(store: RunStore): Promise<FiltersMeasures> {
  return keptMeasure<FiltersMeasures>(store, NAME);
}
