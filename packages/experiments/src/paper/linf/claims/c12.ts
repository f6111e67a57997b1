import { linf } from '@advml/core';
import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import type { LinfMeasures } from '../measures.ts';
import type { LinfSetting } from '../setting.ts';
import { threatIn } from '../threats.ts';

/** The l-infinity norm too. */
export const c12: ClaimRule<LinfMeasures, LinfSetting> = {
  id: 'C12',
  statement:
    'It is the same in the l-infinity norm: clean training is not robust, and adversarial training by FGSM makes the same network robust.',
  quantity: "robust accuracy of w'_inf",
  bar: '> 0.99, with w < 0.01',
  find: ({ robustness, features, masking }, setting) => {
    const { clean, robust, linf: own } = robustness;
    const { eps } = threatIn(linf, setting);
    const accuracies = ({ l1, l2, linf }: typeof own) => ({
      l1: l1.robust.value,
      l2: l2.robust.value,
      linf: linf.robust.value,
    });
    return {
      ...withInterval(own.linf.robust),
      holds: own.linf.robust.value > 0.99 && clean.linf.robust.value < 0.01,
      attack: own.linf.attack,
      threat: `tau = ${eps} (linf)`,
      detail: {
        tau: eps,
        examples: own.linf.robust.trials,
        cleanAccuracy: own.linf.clean.value,
        ofClean: accuracies(clean),
        ofTrainedInL2: accuracies(robust),
        ofTrainedInLinf: accuracies(own),
        mixtureMassBefore: features.mixtureBefore,
        mixtureMassAfter: features.after.linf.mixture,
        purified: features.after.linf.purified.value,
        medianCosine: features.after.linf.medianCosine,
        cosineBetweenTrainings: features.betweenTrainings,
        ...signsDetail({ w: masking?.clean.linf, wPrimeInf: masking?.linf.linf }),
      },
    };
  },
};
