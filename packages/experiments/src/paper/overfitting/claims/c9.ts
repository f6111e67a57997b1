import { proportionDifference } from '@advml/metrics';
import type { ClaimRule } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import type { OverfittingMeasures, VariantResult } from '../measures.ts';
import type { OverfittingSetting } from '../setting.ts';

const MOST = 0.02;

/** By how much a variant is more robust on examples that it was trained on; undefined where none repeats. */
const trainMinusTest = ({ robust, robustOnTraining }: VariantResult) =>
  robustOnTraining && proportionDifference(robustOnTraining, robust);

/**
 * Fragility is not overfitting: what is changed leaves a network as fragile as C2 has it.
 *
 * Where no example repeats, examples of the last step are as good as fresh ones. So the variant that repeats its data says whether
 * fragility is a matter of what was seen.
 */
export const c9: ClaimRule<OverfittingMeasures, OverfittingSetting> = {
  id: 'C9',
  statement:
    'Fragility is not overfitting: robust accuracy is the same on seen examples, and other data, widths and regularizers are as fragile.',
  quantity: 'largest robust accuracy of a clean-trained variant',
  bar: "< 0.01, with every variant's clean accuracy > 0.99, and |train - test| robust accuracy < 0.02 for w, for w', and with its interval where data repeat",
  find: ({ clean, robust, overfitting: { attack, variants } }) => {
    const worst = variants.reduce((most, variant) => (variant.robust.value > most.robust.value ? variant : most));
    const accuracy = Math.min(...variants.map((variant) => variant.clean.value));
    const gap = (network: typeof clean) => network.robustOnTraining.value - network.robust.value;
    const repeated = variants.map(trainMinusTest).find((difference) => difference !== undefined);
    return {
      value: worst.robust.value,
      interval: [worst.robust.low, worst.robust.high],
      holds:
        worst.robust.value < 0.01 &&
        accuracy > 0.99 &&
        Math.max(Math.abs(gap(clean)), Math.abs(gap(robust))) < MOST &&
        repeated !== undefined &&
        repeated.low > -MOST &&
        repeated.high < MOST,
      attack,
      detail: {
        worst: worst.name,
        trainMinusTestClean: gap(clean),
        trainMinusTestRobust: gap(robust),
        trainMinusTestWhereDataRepeat: repeated,
        smallestCleanAccuracy: accuracy,
        variants: Object.fromEntries(variants.map(({ name, robust: { value } }) => [name, value])),
        ...signsDetail(Object.fromEntries(variants.map(({ name, masking }) => [name, masking]))),
      },
    };
  },
};
