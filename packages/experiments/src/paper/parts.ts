import type { ClaimRule } from '@advml/runs';
import { ablations } from './ablations/part.ts';
import { linf } from './linf/part.ts';
import { lowComplexity } from './low-complexity/part.ts';
import { lowRank } from './low-rank/part.ts';
import { overfitting } from './overfitting-part.ts';
import type { Part } from './part.ts';
import { purification } from './purification-part.ts';
import { scaling } from './scaling/part.ts';
import type { PaperSetting } from './setting.ts';

/** The parts of the experiment, in the order of their claims. */
export const paperParts: readonly Part[] = [
  purification,
  overfitting,
  lowComplexity,
  scaling,
  linf,
  lowRank,
  ablations,
];

/** Every claim that the experiment can judge, in order. */
export const paperClaims: readonly ClaimRule<unknown, PaperSetting>[] = paperParts.flatMap(({ claims }) => claims);
