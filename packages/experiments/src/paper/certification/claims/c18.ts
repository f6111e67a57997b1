import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { CertificationMeasures } from '../measures.ts';

/** Nothing of the kind is proved of w. */
export const c18: ClaimRule<CertificationMeasures, MainSetting> = {
  id: 'C18',
  statement: 'Of the clean-trained network nothing of the kind can be proved.',
  quantity: 'certified accuracy of w',
  bar: '< 0.01',
  find: ({ certified: { clean } }) => ({
    ...withInterval(clean.certified),
    holds: clean.certified.value < 0.01,
    certifier: clean.certifier,
    detail: { examples: clean.certified.trials },
  }),
};
