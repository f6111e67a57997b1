import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { PicturesMeasures } from '../measures.ts';
import type { PicturesSetting } from '../setting.ts';

/**
 * What deep neurons want to see becomes a thing that others see too.
 *
 * The neurons of the last layer stand for a class each, so a stranger can say whether their wish shows it.
 */
export const c16: ClaimRule<PicturesMeasures, PicturesSetting> = {
  id: 'C16',
  statement:
    "What the outputs of w' want to see shows their class to a network that grew up elsewhere, more often than what those of w want to see.",
  quantity: "share of images moved towards a class along w' that the control takes for it",
  bar: 'above that of w, with its interval',
  find: ({ sought: [clean, robust] }, { pictures }) => ({
    ...withInterval(robust.control),
    holds: robust.control.low > clean.control.high,
    detail: {
      budget: pictures.budget,
      ofW: clean.control.value,
      ofWInterval: [clean.control.low, clean.control.high],
      ownOfW: clean.own.value,
      ownOfWPrime: robust.own.value,
    },
  }),
};
