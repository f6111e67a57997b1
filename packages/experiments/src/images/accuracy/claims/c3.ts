import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import type { MainSetting } from '../../main-setting.ts';
import { robustIn } from '../../networks.ts';
import type { AccuracyMeasures } from '../measures.ts';
import { publishedFor } from '../published.ts';
import { maskingUnder, underBattery } from '../under-battery.ts';

/**
 * Adversarial training makes it robust at the same radius.
 *
 * The bar is what a published small network reaches on the same images at the same threat. Where we know of none, it is w, and the
 * claim says so.
 */
export const c3: ClaimRule<AccuracyMeasures, MainSetting> = {
  id: 'C3',
  statement:
    'Adversarial training from there makes the same network robust at the same radius, as robust as published small networks.',
  quantity: "robust accuracy of w'",
  bar: 'that of a published small network, at the lower end of its interval',
  find: ({ robust, judged, masking }, setting) => {
    const [main, ...others] = underBattery(robust, robustIn);
    const [ofClean] = underBattery(robust, () => 'clean');
    const own = judged.find(({ network }) => network === main.network);
    const published = publishedFor(setting);
    return {
      ...withInterval(main.accuracy),
      bar: published
        ? `>= ${published.accuracy} at the lower end of its interval`
        : 'no published figure: above that of w, intervals apart',
      holds: published ? main.accuracy.low >= published.accuracy : main.accuracy.low > ofClean.accuracy.high,
      attack: main.attack,
      detail: {
        examples: main.accuracy.trials,
        published: published?.source ?? 'none for a small network on these images at this threat',
        cleanAccuracy: own?.clean.value,
        ...Object.fromEntries(others.map(({ norm, eps, accuracy }) => [`${norm} ${eps}`, accuracy.value])),
        ...signsDetail(maskingUnder(masking, robustIn)),
      },
    };
  },
};
