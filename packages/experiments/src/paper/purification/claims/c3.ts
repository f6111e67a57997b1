import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/** Adversarial training makes it robust at the same radius. */
export const c3: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C3',
  statement: 'Adversarial training by one-step FGM makes the same network robust at the same radius.',
  quantity: "robust accuracy of w'",
  bar: '> 0.99 at the lower end of its interval',
  find: ({ robust, masking, certifiedRobust }) => ({
    ...withInterval(robust.robust),
    holds: robust.robust.low > 0.99,
    attack: robust.attack,
    detail: {
      examples: robust.robust.trials,
      withGammaZero: robust.robustOfAnyMargin.value,
      cleanAccuracy: robust.clean.value,
      ...(certifiedRobust && { certifiedAccuracy: certifiedRobust.certified.value }),
      ...signsDetail({ wPrime: masking?.robust }),
    },
  }),
};
