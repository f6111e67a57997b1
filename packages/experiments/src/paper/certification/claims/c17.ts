import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { CertificationMeasures } from '../measures.ts';

/** Most of the robustness of w' is proved. */
export const c17: ClaimRule<CertificationMeasures, MainSetting> = {
  id: 'C17',
  statement:
    'The robustness that adversarial training brings is not a weakness of the attacks: on most examples it is proved against every perturbation.',
  quantity: "certified accuracy of w'",
  bar: '> 0.98',
  find: ({ certified: { robust } }) => ({
    ...withInterval(robust.certified),
    holds: robust.certified.value > 0.98,
    certifier: robust.certifier,
    detail: { examples: robust.certified.trials, notBroken: robust.notBroken.value },
  }),
};
