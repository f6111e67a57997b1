import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import type { MainSetting } from '../../main-setting.ts';
import type { AccuracyMeasures } from '../measures.ts';
import { maskingUnder, underBattery } from '../under-battery.ts';

/** Clean training is not robust. */
export const c2: ClaimRule<AccuracyMeasures, MainSetting> = {
  id: 'C2',
  statement: 'The clean-trained network is not robust.',
  quantity: 'robust accuracy of w',
  bar: '< 0.05',
  find: ({ robust, masking }) => {
    const [main, ...others] = underBattery(robust, () => 'clean');
    return {
      ...withInterval(main.accuracy),
      holds: main.accuracy.value < 0.05,
      attack: main.attack,
      detail: {
        examples: main.accuracy.trials,
        ...Object.fromEntries(others.map(({ norm, eps, accuracy }) => [`${norm} ${eps}`, accuracy.value])),
        ...signsDetail(maskingUnder(masking, () => 'clean')),
      },
    };
  },
};
