import { curves } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import { subtitleOf } from '../subtitle.ts';
import type { SparseMeasures } from './measures.ts';
import type { SparseSetting } from './setting.ts';
import { DICTIONARIES } from './tables.ts';

/**
 * What is left of images against the number of atoms.
 *
 * @param seeds - One finished seed.
 * @param setting - A complete setting.
 * @returns One figure.
 */
export function sparseFigures(
  [{ seed, measures }]: readonly SeedMeasures<SparseMeasures>[],
  setting: SparseSetting,
): readonly Figure[] {
  return [
    {
      name: 'sparse',
      draw: (options) =>
        curves(
          {
            series: measures.curves.map(({ dictionary, pursuit }) => ({
              label: DICTIONARIES[dictionary],
              points: pursuit.map(({ atoms, value, low, high }) => ({ x: atoms, y: value, low, high })),
            })),
            xLabel: 'number of atoms',
            yLabel: 'what is left of a patch (%)',
            yScale: 'percent',
            title: 'Images as sums of a few first-layer filters',
            subtitle: subtitleOf(setting, seed),
            caption: `Patches of ${measures.patch} pixels of ${measures.images} test images, their mean taken away, rebuilt by orthogonal matching pursuit; bands are 95% intervals over images.`,
          },
          options,
        ),
    },
  ];
}
