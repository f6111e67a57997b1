import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { FiltersMeasures } from '../measures.ts';
import { BAR, ratioOf } from '../ratio.ts';

/** Clean training takes the non-robust features. */
export const p7: ClaimRule<FiltersMeasures, MainSetting> = {
  id: 'P7',
  statement: 'Clean training takes the dense, non-robust features rather than the robust ones.',
  quantity: 'square of the filters of w on non-robust features over that on robust ones',
  bar: `> ${BAR}, and ${BAR} times that of random vectors`,
  find: (measures) => ratioOf(measures.mass.clean, 'nonRobust', measures),
};
