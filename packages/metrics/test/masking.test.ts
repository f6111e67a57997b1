// Both sides of every threshold from which on something is a sign of a masked gradient.
import type { AttackKind } from '@advml/core';
import { expect, test } from 'vitest';
import type { Outcome } from '../src/attack-slice.ts';
import { comparedKinds, largeEpsSurvivors, lossNotRising } from '../src/masking.ts';

const outcome = (margin: number, zeroGradient = false): Outcome => ({
  margin,
  distance: 0,
  gradients: 0,
  queries: 0,
  zeroGradient,
});
/** So many outcomes of each margin. */
const outcomes = (...groups: readonly (readonly [number, number])[]) =>
  groups.flatMap(([count, margin]) => Array.from({ length: count }, () => outcome(margin)));
const [LEFT, BROKEN] = [1, -1];

test.each([
  { examples: 100, left: 4, seen: false },
  { examples: 100, left: 5, seen: true },
  { examples: 64, left: 3, seen: false },
  { examples: 64, left: 4, seen: true },
  { examples: 21, left: 1, seen: false },
  { examples: 20, left: 1, seen: true },
  { examples: 3, left: 0, seen: false },
])('$left of $examples that hold out at a radius at which an error is sure: a sign is $seen', (own) => {
  const { examples, left, seen } = own;
  const warning = largeEpsSurvivors(outcomes([left, LEFT], [examples - left, BROKEN]), [0.5, 2, 1]);
  expect(warning?.figures).toEqual(seen ? { left, examples, radius: 2 } : undefined);
});

test('an example at a tie does not hold out', () => {
  expect(largeEpsSurvivors(outcomes([10, 0]), [1])).toBeUndefined();
});

/** The signs among attacks of two kinds on the same examples. */
const compared = (whiteBox: readonly Outcome[], kind: AttackKind, weaker: readonly Outcome[]) =>
  comparedKinds([
    { kind: 'white-box', outcomes: whiteBox },
    { kind, outcomes: weaker },
  ]).warnings.map(({ id }) => id);

test.each([
  { flat: 9, seen: [] },
  { flat: 10, seen: ['zero-gradients'] },
])('$flat of 100 without a gradient: $seen', ({ flat, seen }) => {
  const whiteBox = Array.from({ length: 100 }, (_, at) => outcome(LEFT, at < flat));
  expect(comparedKinds([{ kind: 'white-box', outcomes: whiteBox }]).warnings.map(({ id }) => id)).toEqual(seen);
});

test.each([
  { asFar: 5, seen: [] },
  { asFar: 6, seen: ['noise-as-good'] },
])('noise that comes as far on $asFar of the 10 that not both have broken: $seen', ({ asFar, seen }) => {
  const whiteBox = outcomes([10, 0.5], [30, BROKEN]);
  const noise = outcomes([asFar, 0.5], [10 - asFar, 0.6], [30, BROKEN]);
  expect(compared(whiteBox, 'noise', noise)).toEqual(seen);
});

// Few examples: the chance of so many one-sided differences, if both kinds were as good, is 1/16 for four and 1/32 for five.
test.each([
  { extra: 4, missed: 0, seen: false },
  { extra: 5, missed: 0, seen: true },
  { extra: 49, missed: 800, seen: false },
  { extra: 50, missed: 800, seen: true },
])('a weaker kind that breaks $extra of 1000 more and $missed fewer: a sign is $seen', ({ extra, missed, seen }) => {
  const rest = 1000 - extra - missed;
  const whiteBox = outcomes([extra, LEFT], [missed, BROKEN], [rest, LEFT]);
  const weaker = outcomes([extra, BROKEN], [missed, LEFT], [rest, LEFT]);
  for (const kind of ['black-box', 'one-step', 'transfer'] as const)
    expect(compared(whiteBox, kind, weaker)).toEqual(seen ? [`${kind}-better`] : []);
});

test.each([
  { margins: [0.6, 0.2, 0.23], seen: false },
  { margins: [0.6, 0.2, 0.25], seen: true },
  { margins: [0.9, 0.8, 0.7], seen: false },
  { margins: [1, 1, 1], seen: true },
])('margins of $margins after more and more steps, 1 without: a sign is $seen', ({ margins, seen }) => {
  const warning = lossNotRising(
    [1, 1],
    margins.map((margin) => outcomes([2, margin])),
  );
  expect(warning?.id).toBe(seen ? 'loss-not-rising' : undefined);
});

test('a broken example counts as loss 0, however far it was pushed', () => {
  const far = [outcomes([1, -5], [1, 1]), outcomes([1, -1], [1, 1])];
  expect(lossNotRising([1, 1], far)).toBeUndefined();
});
