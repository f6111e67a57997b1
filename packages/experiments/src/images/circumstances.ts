import type { Circumstances } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';

/**
 * The first threat and the image set, which stand beside every number.
 *
 * @param setting - A complete setting.
 * @returns Threat and images.
 */
export function circumstances({ threats: [{ norm, eps }], data: { set } }: MainSetting): Circumstances {
  return { threat: `eps = ${eps} (${norm})`, examples: set, detail: { images: set, norm, eps } };
}
