import type { AttackKind } from '@advml/core';
import type { Outcome } from './attack-slice.ts';
import { clopperPearson } from './clopper-pearson.ts';

/** A sign that a model hides its gradient rather than resists: attacks fail, but not for want of adversarial examples. */
export type MaskingSign =
  | 'zero-gradients'
  | 'noise-as-good'
  | 'black-box-better'
  | 'one-step-better'
  | 'transfer-better'
  | 'large-eps-survivors'
  | 'loss-not-rising';

/** A sign that was seen, with the figures that show it. */
export interface MaskingWarning {
  /** Which sign. */
  readonly id: MaskingSign;
  /** What was seen and what to do, in words. */
  readonly message: string;
  /** The figures, by name; shares are between 0 and 1. */
  readonly figures: Readonly<Record<string, number>>;
}

/** How all attacks of one kind did together, one entry an attacked example. */
interface Together {
  readonly broken: readonly boolean[];
  /** Largest margin loss. */
  readonly loss: readonly number[];
  readonly zeroGradient: readonly boolean[];
}

/** An attack's kind and what it did to each of the examples that all attacks were given. */
export interface KindOutcomes {
  readonly kind: AttackKind;
  readonly outcomes: readonly Outcome[];
}

/** Share of examples without gradient from which on it is a sign. */
const ZERO_SHARE = 0.1;
/** Share of examples that only a weaker kind broke, or that an attack left though it could break all, from which on it is a sign. */
const EXTRA_SHARE = 0.05;
/** Share of the loss's rise that it may lose again with more steps. */
const FALL_SHARE = 0.05;

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function together(attacks: readonly KindOutcomes[], kind: AttackKind): Together | undefined {
  const own = attacks.filter((attack) => attack.kind === kind).map(({ outcomes }) => outcomes);
  if (own.length === 0 || own[0].length === 0) return undefined;
  const at = <T>(look: (outcomes: readonly Outcome[]) => T): T[] =>
    own[0].map((_, example) => look(own.map((outcomes) => outcomes[example])));
  return {
    broken: at((outcomes) => outcomes.some(({ margin }) => !(margin > 0))),
    loss: at((outcomes) => Math.max(...outcomes.map(({ margin }) => -margin))),
    zeroGradient: at((outcomes) => outcomes.some(({ zeroGradient }) => zeroGradient)),
  };
}

const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;

function zeroGradients({ zeroGradient }: Together): MaskingWarning | undefined {
  const share = count(zeroGradient) / zeroGradient.length;
  if (!(share >= ZERO_SHARE)) return undefined;
  const message = `the gradient was zero on ${percent(share)} of the examples: attacks went at random there; attack a differentiable stand-in (transfer, or another model's gradients)`;
  return { id: 'zero-gradients', message, figures: { share, examples: zeroGradient.length } };
}

/** Noise came at least as far on most examples, where not both have broken them. */
function noiseAsGood(noise: Together, whiteBox: Together): MaskingWarning | undefined {
  const open = noise.broken.map((broken, at) => !(broken && whiteBox.broken[at]));
  const asFar = open.map(
    (isOpen, at) => isOpen && (noise.broken[at] || (!whiteBox.broken[at] && noise.loss[at] >= whiteBox.loss[at])),
  );
  const share = count(asFar) / count(open);
  if (!(share > 0.5)) return undefined;
  const message = `random noise came as far as following the gradient on ${percent(share)} of the examples: the gradient says nothing`;
  return { id: 'noise-as-good', message, figures: { share, examples: count(open) } };
}

const BETTER = {
  'black-box': ['black-box-better', 'attacks that see outputs only', 'the gradient misleads'],
  'one-step': ['one-step-better', 'one step', 'many steps get lost; try other step sizes, starts and losses'],
  transfer: ['transfer-better', 'attacks found on another model', "the model's own gradient misleads"],
} as const;

/** The weaker kind broke examples that the white-box attacks left: many, or clearly more than the other way round. */
function better(kind: keyof typeof BETTER, weaker: Together, whiteBox: Together): MaskingWarning | undefined {
  const extra = count(weaker.broken.map((broken, at) => broken && !whiteBox.broken[at]));
  const missed = count(whiteBox.broken.map((broken, at) => broken && !weaker.broken[at]));
  const examples = weaker.broken.length;
  const isBetter = extra > 0 && clopperPearson(extra, extra + missed, 0.9).low > 0.5; // a sign test at 5%
  if (!isBetter && extra < EXTRA_SHARE * examples) return undefined;
  const [id, who, so] = BETTER[kind];
  const message = `${who} broke ${extra} of ${examples} examples that white-box attacks left (which broke ${missed} that they left): ${so}`;
  return { id, message, figures: { extra, missed, examples } };
}

/** What {@link comparedKinds} found, and which signs it could look for. */
export interface MaskingFindings {
  readonly checked: readonly MaskingSign[];
  readonly warnings: readonly MaskingWarning[];
}

/**
 * Looks for the signs that show when attacks of different kinds are compared on the same examples.
 *
 * @param attacks - Every attack's outcomes, all in the same order.
 * @returns Signs looked for, and those seen.
 */
export function comparedKinds(attacks: readonly KindOutcomes[]): MaskingFindings {
  const whiteBox = together(attacks, 'white-box');
  if (!whiteBox) return { checked: [], warnings: [] };
  const checked: MaskingSign[] = ['zero-gradients'];
  const found = [zeroGradients(whiteBox)];
  const noise = together(attacks, 'noise');
  if (noise) {
    checked.push('noise-as-good');
    found.push(noiseAsGood(noise, whiteBox));
  }
  for (const kind of ['black-box', 'one-step', 'transfer'] as const) {
    const weaker = together(attacks, kind);
    if (!weaker) continue;
    checked.push(BETTER[kind][0]);
    found.push(better(kind, weaker, whiteBox));
  }
  return { checked, warnings: found.filter((warning) => warning !== undefined) };
}

/**
 * Looks at examples that an attack was sure to be able to break.
 *
 * @param outcomes - How they fared at a radius at which another class is in reach.
 * @param radii - Those radii.
 * @returns The sign, if it was seen.
 */
export function largeEpsSurvivors(outcomes: readonly Outcome[], radii: readonly number[]): MaskingWarning | undefined {
  const left = outcomes.filter(({ margin }) => margin > 0).length;
  if (left === 0 || left < EXTRA_SHARE * outcomes.length) return undefined; // no attack finds the last one
  const message = `${left} of ${outcomes.length} examples held out at radii at which an example of another class is in reach: it is the attack that fails there`;
  return {
    id: 'large-eps-survivors',
    message,
    figures: { left, examples: outcomes.length, radius: Math.max(...radii) },
  };
}

/**
 * Looks at how the loss rises with the number of steps; a broken example counts as loss 0, however far it was pushed.
 *
 * @param clean - Margins without attack.
 * @param byPatience - Outcomes on the same examples, with more and more steps.
 * @returns The sign, if it was seen.
 */
export function lossNotRising(
  clean: readonly number[],
  byPatience: readonly (readonly Outcome[])[],
): MaskingWarning | undefined {
  const start = mean(clean.map((margin) => -margin));
  const losses = byPatience.map((outcomes) => mean(outcomes.map(({ margin }) => -Math.max(margin, 0))));
  const [last, best] = [losses.at(-1) as number, Math.max(...losses)];
  if (last > start && last >= best - FALL_SHARE * (best - start)) return undefined;
  const message = `the loss does not rise with the number of steps (mean ${start.toPrecision(3)} without attack, then ${losses.map((loss) => loss.toPrecision(3)).join(', ')}): the gradient leads astray`;
  return { id: 'loss-not-rising', message, figures: { clean: start, few: losses[0], many: last, best } };
}
