import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { CertificationMeasures } from '../measures.ts';

/** Purification takes away what moves all neurons together. */
export const c20: ClaimRule<CertificationMeasures, MainSetting> = {
  id: 'C20',
  statement: 'Purification takes away the direction that moves all neurons together.',
  quantity: "largest singular value of w' over that of w",
  bar: '< 0.5',
  find: ({ certified: { clean, robust } }) => ({
    value: robust.spectralNorm / clean.spectralNorm,
    holds: robust.spectralNorm < 0.5 * clean.spectralNorm,
    detail: { ofClean: clean.spectralNorm, ofRobust: robust.spectralNorm },
  }),
};
