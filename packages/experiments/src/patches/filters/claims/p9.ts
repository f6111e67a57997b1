import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { FiltersMeasures } from '../measures.ts';
import { BAR, ratioOf } from '../ratio.ts';

/** Adversarial training takes the robust features without clean training before it. */
export const p9: ClaimRule<FiltersMeasures, MainSetting> = {
  id: 'P9',
  statement: 'Adversarial training from the initialization takes the robust features too.',
  quantity: 'square of the filters on robust features over that on non-robust ones, trained adversarially from w0',
  bar: `> ${BAR}, and ${BAR} times that of random vectors`,
  find: (measures) => ratioOf(measures.mass.scratch, 'robust', measures),
};
