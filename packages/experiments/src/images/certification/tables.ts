import type { Cell, Table } from '@advml/runs';
import { attackedNetworks, symbolOf } from '../networks.ts';
import { type CertificationMeasures, provedOf } from './measures.ts';
import type { CertificationSetting } from './setting.ts';

/** What stands where nothing was measured. */
const NONE = '–';

/**
 * What is proved, norm by norm and radius by radius, above what attacks left.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns One table, or none where no examples were wanted.
 */
export function certificationTables(measures: CertificationMeasures, setting: CertificationSetting): readonly Table[] {
  if (measures.length === 0) return [];
  const proved = provedOf(measures);
  const { examples } = setting.certificates;
  const networks = attackedNetworks(setting);
  const rows = setting.threats.flatMap(({ norm }) => {
    const own = proved.filter((one) => one.norm === norm);
    return (own[0]?.points ?? []).slice(1).flatMap(({ eps }, at): readonly (readonly Cell[])[] => {
      const row = (what: string, share: 'certified' | 'accuracy') => [
        `${what}, ${norm} ${Number(eps.toPrecision(3))}`,
        ...networks.map((network) => own.find((one) => one.network === network)?.points[at + 1][share] ?? NONE),
      ];
      return [row('certified', 'certified'), row('left by attacks', 'accuracy')];
    });
  });
  const refused = measures.flatMap((one) =>
    'refused' in one ? [`Nothing is proved of ${symbolOf(one.network)}: ${one.refused}.`] : [],
  );
  return [
    {
      name: 'certified',
      title: 'What is proved at small radii, and what attacks left',
      note: [
        `The first ${examples} test images, w in each norm and each w' in its own; proved by CROWN. Robust accuracy lies between the two rows of a radius, whatever the attack. Attacks are those of the probe.`,
        ...new Set(refused),
      ].join(' '),
      columns: ['share of the images', ...networks.map(symbolOf)],
      rows,
    },
  ];
}
