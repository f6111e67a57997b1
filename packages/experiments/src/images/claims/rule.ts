import type { Circumstances, ClaimRule } from '@advml/runs';
import type { ImagesSetting, imagesClaimNames } from '../setting.ts';

/** A claim about images as a rule over a run's measurements; its bars are meant for Fashion-MNIST at the default threats. */
export type ImagesClaimRule<Measures> = ClaimRule<Measures, ImagesSetting> & {
  readonly id: (typeof imagesClaimNames)[number];
};

/**
 * The first threat and the image set, which stand beside every number.
 *
 * @param setting - A complete setting.
 * @returns Threat and images.
 */
export function circumstances({ threats: [{ norm, eps }], data: { set } }: ImagesSetting): Circumstances {
  return { threat: `eps = ${eps} (${norm})`, examples: set, detail: { images: set, norm, eps } };
}
