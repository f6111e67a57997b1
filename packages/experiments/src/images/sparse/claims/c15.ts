import type { ClaimRule } from '@advml/runs';
import type { SparseMeasures } from '../measures.ts';
import type { SparseSetting } from '../setting.ts';

/** Differences that may be rounding: dictionaries that span all patches leave nothing but that. */
const ROUNDING = 1e-6;

/** Images are sparse in robust features. */
export const c15: ClaimRule<SparseMeasures, SparseSetting> = {
  id: 'C15',
  statement:
    "Images are sums of a few robust first-layer features: the filters of w' leave less of them than those of w do, and than random ones do.",
  quantity:
    "what the filters of w' leave of a patch less what those of w leave, as a share of its size, at a few atoms",
  bar: '< 0 with its interval, and against random directions too',
  find: ({ robustMinus, curves, patch, atoms: ofEach, entries }, { sparse }) => {
    const { clean, random } = robustMinus;
    return {
      value: clean.value,
      interval: [clean.low, clean.high],
      holds: clean.high < -ROUNDING && random.high < -ROUNDING,
      detail: {
        atoms: sparse.atoms,
        atomsOfEachDictionary: ofEach,
        entries,
        patch,
        lessThanRandom: random.value,
        left: Object.fromEntries(
          curves.map(({ dictionary, pursuit }) => [
            dictionary,
            pursuit[Math.min(sparse.atoms, pursuit.length - 1)].value,
          ]),
        ),
      },
    };
  },
};
