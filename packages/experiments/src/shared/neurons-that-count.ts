import type { Decomposition } from '@advml/purification';

/** Whether a layer has rectifiers behind it, or gives the outputs. */
export type LayerPlace = 'hidden' | 'output';

/**
 * The neurons of a layer that claims count: of a hidden one the larger half, since small rectifiers hardly move and do little, and would pass
 * for purified; of outputs all.
 *
 * @param decomposition - Of the layer.
 * @param place - Which layer it is.
 * @returns Their places, ascending.
 */
export const neuronsThatCount = ({ cosine, larger }: Decomposition, place: LayerPlace): readonly number[] =>
  place === 'output' ? [...cosine.keys()] : larger;

/**
 * Which layer of several it is.
 *
 * @param names - Names of the layers in their order.
 * @param name - One of them.
 * @returns `output` for the last.
 */
export const placeOf = (names: readonly string[], name: string): LayerPlace =>
  name === names.at(-1) ? 'output' : 'hidden';
