import type { ClaimRule } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import type { OverfittingMeasures } from '../measures.ts';
import type { OverfittingSetting } from '../setting.ts';

/** Fragility is not overfitting. */
export const c9: ClaimRule<OverfittingMeasures, OverfittingSetting> = {
  id: 'C9',
  statement:
    'Fragility is not overfitting: robust accuracy is the same on seen examples, and other data, widths and regularizers are as fragile.',
  quantity: 'largest robust accuracy of a clean-trained variant',
  bar: "< 0.05, with every variant's clean accuracy > 0.99 and |train - test| robust accuracy < 0.02 for w and w'",
  find: ({ clean, robust, overfitting }) => {
    const worst = overfitting.variants.reduce((most, variant) =>
      variant.robust.value > most.robust.value ? variant : most,
    );
    const accuracy = Math.min(...overfitting.variants.map((variant) => variant.clean.value));
    const gap = (network: typeof clean) => network.robustOnTraining.value - network.robust.value;
    return {
      value: worst.robust.value,
      interval: [worst.robust.low, worst.robust.high],
      holds:
        accuracy > 0.99 && worst.robust.value < 0.05 && Math.abs(gap(clean)) < 0.02 && Math.abs(gap(robust)) < 0.02,
      attack: overfitting.attack,
      detail: {
        trainMinusTestClean: gap(clean),
        trainMinusTestRobust: gap(robust),
        smallestCleanAccuracy: accuracy,
        variants: Object.fromEntries(overfitting.variants.map(({ name, robust: { value } }) => [name, value])),
        ...signsDetail(Object.fromEntries(overfitting.variants.map(({ name, masking }) => [name, masking]))),
      },
    };
  },
};
