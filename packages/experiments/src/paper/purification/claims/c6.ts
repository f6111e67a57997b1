import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/**
 * Each neuron is some features plus a dense mixture, and the mixture goes.
 *
 * The largest k coefficients of any row hold some of its square. Those of a neuron must hold three times what they hold at
 * initialization, with k the number of features that the neuron carries in w. With that k the rest must not grow as the mixture
 * goes, though shares of a smaller whole are larger.
 */
export const c6: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C6',
  statement:
    'A neuron is its features plus a small dense mixture of all others; adversarial training removes the mixture.',
  quantity: "mean mass on the dense mixture, w over w'",
  bar: ">= 10, with three times the mass of w0 on as many features, in w and w', and no more on the rest in w' than in w, with its interval",
  find: ({ features: { mass, sameCount } }) => {
    const value = mass.clean.mixture / mass.robust.mixture;
    const { top, restRises } = sameCount;
    return {
      value,
      interval: null,
      holds: value >= 10 && Math.min(top.clean, top.robust) >= 3 * top.init && restRises.high <= 0,
      detail: { ...mass, topWithSameCount: top, restRisesWithSameCount: restRises },
    };
  },
};
