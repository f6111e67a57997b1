import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { CertificationMeasures } from '../measures.ts';

/**
 * Purification takes away what moves all neurons together.
 *
 * The largest singular value alone falls where all weights shrink; the mixture's share of a neuron then stays.
 */
export const c20: ClaimRule<CertificationMeasures, MainSetting> = {
  id: 'C20',
  statement: 'Purification takes away the direction that moves all neurons together.',
  quantity: "largest singular value of w' over that of w",
  bar: '< 0.5, with less than half of the mean mass on the dense mixture',
  find: ({ certified: { clean, robust }, features: { mass } }) => ({
    value: robust.spectralNorm / clean.spectralNorm,
    holds: robust.spectralNorm < 0.5 * clean.spectralNorm && mass.robust.mixture < 0.5 * mass.clean.mixture,
    detail: {
      ofClean: clean.spectralNorm,
      ofRobust: robust.spectralNorm,
      mixture: [mass.clean.mixture, mass.robust.mixture],
    },
  }),
};
