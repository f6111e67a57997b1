import { count, positive } from '@advml/runs';
import { z } from 'zod';
import type { MainSetting } from '../main-setting.ts';
import type { ImagesWorld } from '../world.ts';

/** How the last layer is trained alone. */
export const frozenSetting = z.strictObject({
  epochs: positive.default(1).describe('Passes of adversarial training of the last layer, the features of w held fast'),
  examples: count(2).default(250).describe('Test examples that the probe attacks'),
});

/** The setting as this part sees it. */
export type FrozenSetting = MainSetting & { readonly frozen: z.output<typeof frozenSetting> };

/** The run as this part sees it. */
export type FrozenWorld = ImagesWorld<FrozenSetting>;
