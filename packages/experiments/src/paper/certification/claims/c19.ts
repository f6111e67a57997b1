import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { CertificationMeasures } from '../measures.ts';

/** Proof and attack meet. */
export const c19: ClaimRule<CertificationMeasures, MainSetting> = {
  id: 'C19',
  statement: 'Proof and attack meet: almost every example is either proved robust or broken.',
  quantity: "share of examples of w' that are neither",
  bar: '<= 0.005',
  find: ({ certified: { robust } }) => ({
    ...withInterval(robust.undecided),
    holds: robust.undecided.value <= 0.005,
    attack: robust.attack,
    certifier: robust.certifier,
    detail: {
      examples: robust.undecided.trials,
      certified: robust.certified.value,
      notBroken: robust.notBroken.value,
    },
  }),
};
