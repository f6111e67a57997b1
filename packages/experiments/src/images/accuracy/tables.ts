import type { Cell, Table } from '@advml/runs';
import { maskingTables } from '../../shared/masking.ts';
import type { MainSetting } from '../main-setting.ts';
import { attackedNetworks, type NetworkName, symbolOf } from '../networks.ts';
import type { AccuracyMeasures } from './measures.ts';

/** What stands where nothing was measured. */
const NONE = '–';

/**
 * The networks in numbers.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns A table, and the signs of a masked gradient.
 */
export function accuracyTables(
  { judged, robust, masking = [] }: AccuracyMeasures,
  setting: MainSetting,
): readonly Table[] {
  const { threats, evaluation, data } = setting;
  const [main] = threats;
  const of = (network: NetworkName, cell: (at: (typeof judged)[number]) => Cell): Cell => {
    const found = judged.find((candidate) => candidate.network === network);
    return found ? cell(found) : NONE;
  };
  const networks: readonly NetworkName[] = [...attackedNetworks(setting), 'control-robust'];
  const underBattery = (norm: string) =>
    networks.map((network) => robust.find((at) => at.network === network && at.norm === norm)?.accuracy ?? NONE);
  return [
    {
      name: 'accuracy',
      title: 'The networks with and without an attacker',
      note: `${data.set}; pixels from 0 to 1. Clean accuracy on all ${judged[0].clean.trials} test images; standard battery on the first ${evaluation.examples}: ${[...new Set(robust.map(({ attack }) => attack))].join(' and ')}. Probe on ${evaluation.probeExamples} images: ${judged[0].probe}.`,
      columns: ['accuracy', ...networks.map(symbolOf)],
      rows: [
        ['clean', ...networks.map((network) => of(network, ({ clean }) => clean))],
        ...threats.map(({ norm, eps }) => [`standard battery, ${norm} ${eps}`, ...underBattery(norm)]),
        [`probe, ${main.norm} ${main.eps}`, ...networks.map((network) => of(network, ({ probed }) => probed))],
        [
          `probe on training images, ${main.norm} ${main.eps}`,
          ...networks.map((network) => of(network, ({ probedOnTraining }) => probedOnTraining)),
        ],
      ],
    },
    ...maskingTables(
      'masking',
      masking.map(({ network, norm, eps, found }) => ({
        network: symbolOf(network),
        threat: `${norm} ${eps}`,
        found,
      })),
    ),
  ];
}
