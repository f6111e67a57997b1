import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { PaperMeasures } from '../measures.ts';

/** The mixture is what the attacker uses. */
export const c7: ClaimRule<PaperMeasures, MainSetting> = {
  id: 'C7',
  statement:
    'The attacker uses the dense mixture: it breaks the clean-trained network as PGD does, and not the purified one.',
  quantity: 'accuracy of w under the dense mixture alone',
  bar: "< 0.02, with w' > 0.99, and mean cos(PGD, mixture) > 0.9 for w, < 0.5 for w'",
  find: ({ clean, robust, perturbations }) => {
    const [onClean, onRobust] = [perturbations.clean.meanCosine, perturbations.robust.meanCosine];
    return {
      ...withInterval(clean.mixture),
      holds: clean.mixture.value < 0.02 && robust.mixture.value > 0.99 && onClean > 0.9 && onRobust < 0.5,
      attack: 'dense mixture',
      detail: {
        afterAdversarialTraining: robust.mixture.value,
        cosineClean: onClean,
        cosineRobust: onRobust,
        pgd: perturbations.clean.attack,
      },
    };
  },
};
