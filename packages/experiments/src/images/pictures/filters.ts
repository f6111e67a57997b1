import type { Params } from '@advml/core';
import { slice } from '@tensorflow/tfjs-core';
import type { FilterPictures } from './measures.ts';
import { picturesOf } from './numbers.ts';
import type { PicturesWorld } from './setting.ts';

/** How many filters are shown. */
const SHOWN = 32;

/**
 * The first filters of the first layer of some networks.
 *
 * @param world - The run.
 * @param networks - Parameters by the networks' names; only read.
 * @returns Plain numbers.
 */
export function filterPictures(
  { shape, weights: [name] }: PicturesWorld,
  networks: Readonly<Record<string, Params>>,
): FilterPictures {
  const [first] = Object.values(networks);
  const filter = first[name].shape;
  const byChannel = filter.length === 4;
  return {
    size: byChannel ? [filter[2], filter[3]] : [shape[0], shape[1]],
    byChannel,
    networks: Object.entries(networks).map(([network, params]) => {
      const shown = slice(params[name], 0, Math.min(SHOWN, filter[0]));
      const filters = picturesOf(shown);
      shown.dispose();
      return { network, filters };
    }),
  };
}
