import type { Cell, Table } from '@advml/runs';
import type { DictionaryName, SparseMeasures } from './measures.ts';
import type { SparseSetting } from './setting.ts';

/** What tables and figures call the dictionaries. */
export const DICTIONARIES: Readonly<Record<DictionaryName, string>> = {
  init: 'filters of w0',
  clean: 'filters of w',
  robust: "filters of w'",
  random: 'random directions',
  pca: 'principal components',
};

/**
 * What each dictionary leaves of images.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns One table.
 */
export function sparseTables(
  { curves, atoms, images, patch }: SparseMeasures,
  { sparse }: SparseSetting,
): readonly Table[] {
  const chosen = [...new Set([1, 2, sparse.atoms, sparse.most])]
    .filter((count) => count <= sparse.most)
    .sort((a, b) => a - b);
  return [
    {
      name: 'sparse',
      title: 'Patches of images as sums of a few first-layer filters',
      note: `What is left of patches of ${patch} pixels, their mean taken away, as a share of their size: by orthogonal matching pursuit after so many of ${atoms} atoms, with 95% intervals over ${images} test images; by the lasso as "left with so many atoms in the mean". Atoms have no mean either, and every dictionary has the first ${atoms} of its atoms: as many as the one with the fewest that point anywhere.`,
      columns: [
        'dictionary',
        ...chosen.map((count) => `left after ${count} ${count === 1 ? 'atom' : 'atoms'}`),
        ...sparse.penalties.flatMap((penalty) => [`lasso ${penalty}: left`, `lasso ${penalty}: atoms`]),
      ],
      rows: curves.map(({ dictionary, pursuit, lasso }): Cell[] => [
        DICTIONARIES[dictionary],
        ...chosen.map((count): Cell => {
          const { value, low, high } = pursuit[Math.min(count, pursuit.length - 1)];
          return { value, low, high };
        }),
        ...lasso.flatMap(({ left, atoms: used }) => [left, used]),
      ]),
    },
  ];
}
