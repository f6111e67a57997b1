import type { Table } from '@advml/runs';
import { type NetworkName, symbolOf } from '../networks.ts';
import type { PicturesMeasures } from './measures.ts';
import type { PicturesSetting } from './setting.ts';

/**
 * What outputs want to see, judged by strangers.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns One table.
 */
export function picturesTables({ sought }: PicturesMeasures, { pictures }: PicturesSetting): readonly Table[] {
  return [
    {
      name: 'sought',
      title: 'Images moved towards each class, and who sees that class in them',
      note: `${pictures.starts} test images of other classes are moved towards each class along the gradient of its output, by at most ${pictures.budget} in l2 and in ${pictures.steps} steps. Each control was trained adversarially from another initialization and took no part in it${pictures.controls > 1 ? `, the first as long as the networks of the run, the others for ${pictures.controlLength} of that` : ''}; most are more than half of ${pictures.controls}.`,
      columns: [
        'moved along the gradient of',
        'share that this network takes for it',
        'share that most controls take for it',
        ...sought[0].controls.map((_, at) => `share that control ${at + 1} takes for it`),
      ],
      rows: sought.map(({ network, own, panel, controls }) => [
        symbolOf(network as NetworkName),
        own,
        panel,
        ...controls,
      ]),
    },
  ];
}
