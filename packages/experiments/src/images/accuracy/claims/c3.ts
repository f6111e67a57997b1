import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import type { MainSetting } from '../../main-setting.ts';
import { robustIn } from '../../networks.ts';
import type { AccuracyMeasures } from '../measures.ts';
import { maskingUnder, underBattery } from '../under-battery.ts';

/** What a small CNN reaches on Fashion-MNIST by adversarial training in linf of radius 0.1. */
const PUBLISHED = 0.737;

/**
 * Adversarial training makes it robust at the same radius.
 *
 * The bar is the level of a small CNN trained adversarially in linf of radius 0.1 on Fashion-MNIST: attacks break at least 26.3% of
 * the first 1,000 test images in the union of three balls, of which this is one; of linf alone at least as many withstand.
 *
 * @see Croce, Hein: Provable Robustness against All Adversarial lp-Perturbations for p >= 1, 2020 (arXiv:1905.11213), table 2, row
 * "AT-linf".
 */
export const c3: ClaimRule<AccuracyMeasures, MainSetting> = {
  id: 'C3',
  statement:
    'Adversarial training from there makes the same network robust at the same radius, as robust as published small networks.',
  quantity: "robust accuracy of w'",
  bar: `>= ${PUBLISHED}, within its interval`,
  find: ({ robust, judged, masking }) => {
    const [main, ...others] = underBattery(robust, robustIn);
    const own = judged.find(({ network }) => network === main.network);
    return {
      ...withInterval(main.accuracy),
      holds: main.accuracy.high >= PUBLISHED,
      attack: main.attack,
      detail: {
        examples: main.accuracy.trials,
        cleanAccuracy: own?.clean.value,
        ...Object.fromEntries(others.map(({ norm, eps, accuracy }) => [`${norm} ${eps}`, accuracy.value])),
        ...signsDetail(maskingUnder(masking, robustIn)),
      },
    };
  },
};
