import type { Table } from '@advml/runs';
import type { MainSetting } from '../main-setting.ts';
import type { CertificationMeasures } from './measures.ts';

/**
 * What is proved, network by network.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns One table.
 */
export function certificationTables(
  { certified: { clean, robust } }: CertificationMeasures,
  { tau, data }: MainSetting,
): readonly Table[] {
  return [
    {
      name: 'certified',
      title: 'What is proved of w and of its purified form',
      note: `Every perturbation of size tau = ${tau} (l2), gamma = ${data.margin}; ${robust.certified.trials} fresh examples. Certifier: ${robust.certifier}. What is not proved was attacked: ${robust.attack}, and the worst inputs that the search for a proof met. Robust accuracy lies between the first two rows, whatever the attack.`,
      columns: ['quantity', 'w', "w'"],
      rows: [
        ['certified accuracy (a lower bound)', clean.certified, robust.certified],
        ['accuracy under attack (an upper bound)', clean.notBroken, robust.notBroken],
        ['neither proved nor broken', clean.undecided, robust.undecided],
        ['largest singular value of the weights', clean.spectralNorm, robust.spectralNorm],
      ],
    },
  ];
}
