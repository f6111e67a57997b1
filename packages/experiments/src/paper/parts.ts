import { ablations } from './ablations/part.ts';
import type { ClaimRule } from './claims/rule.ts';
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
export const paperClaims: readonly ClaimRule[] = paperParts.flatMap(({ claims }) => claims);

/**
 * The parts that a setting asks for.
 *
 * @param setting - A complete setting.
 * @returns Parts with a chosen claim, or chosen by name.
 */
export function chosenParts({ claims }: Pick<PaperSetting, 'claims'>): readonly Part[] {
  return paperParts.filter((part) =>
    [part.name, ...part.claims.map(({ id }) => id)].some((name) => isChosen(name, claims)),
  );
}

/**
 * Whether a setting asks for a claim or a part.
 *
 * @param name - Of the claim or the part.
 * @param claims - `claims` of the setting.
 * @returns True if it does.
 */
export function isChosen(name: string, claims: PaperSetting['claims']): boolean {
  return claims === 'all' || claims.some((claim) => claim === name);
}
