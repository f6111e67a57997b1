import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { FiltersMeasures } from '../measures.ts';
import { BAR, ratioOf } from '../ratio.ts';

/** Adversarial training takes the robust features. */
export const p8: ClaimRule<FiltersMeasures, MainSetting> = {
  id: 'P8',
  statement: 'Adversarial training from there turns the filters to the robust features.',
  quantity: "square of the filters of w' on robust features over that on non-robust ones",
  bar: `> ${BAR}, and ${BAR} times that of random vectors`,
  find: (measures) => ratioOf(measures.mass.robust, 'robust', measures),
};
