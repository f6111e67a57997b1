import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import type { PicturesMeasures } from '../measures.ts';
import type { PicturesSetting } from '../setting.ts';

/**
 * What deep neurons want to see becomes a thing that others see too.
 *
 * The neurons of the last layer stand for a class each, so strangers can say whether their wish shows it. What one stranger sees may be
 * its own taste; so most of a panel must see it, and none of them may see it less often than what the neurons of w want.
 */
export const c16: ClaimRule<PicturesMeasures, PicturesSetting> = {
  id: 'C16',
  statement:
    "What the outputs of w' want to see shows their class to networks that grew up elsewhere, more often than what those of w want to see.",
  quantity: "share of images moved towards a class along w' that most controls take for it",
  bar: 'above that of w, intervals apart, and above it for every control alone',
  find: ({ sought: [clean, robust] }, { pictures }) => ({
    ...withInterval(robust.panel),
    holds:
      robust.panel.low > clean.panel.high && robust.controls.every(({ value }, at) => value > clean.controls[at].value),
    detail: {
      budget: pictures.budget,
      controls: robust.controls.length,
      ofW: clean.panel.value,
      ofWInterval: [clean.panel.low, clean.panel.high],
      ofEachControl: robust.controls.map(({ value }) => value),
      ofWByEachControl: clean.controls.map(({ value }) => value),
      ownOfW: clean.own.value,
      ownOfWPrime: robust.own.value,
    },
  }),
};
