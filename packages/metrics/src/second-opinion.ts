import type { AttackKind } from '@advml/core';
import type { Proportion } from './clopper-pearson.ts';
import { percentOf } from './confidence.ts';
import type { Evaluation } from './evaluation.ts';

/**
 * How far a robust accuracy can be believed. `exact`: each example is proved robust or is broken. `bounded`: proofs from below,
 * attacks from above. `plausible`: attacks that follow the gradient and others that do not agree, and nothing says that the gradient
 * is masked. `thin`: nothing speaks against it, but too little was tried. `doubtful`: there are signs that the attacks fail for
 * reasons of their own. `empty`: there was nothing to attack.
 */
export type Credibility = 'exact' | 'bounded' | 'plausible' | 'thin' | 'doubtful' | 'empty';

/** What an evaluation says in plain words: plain data, which may be written as JSON. */
export interface SecondOpinion {
  /** How far the robust accuracy can be believed. */
  readonly credibility: Credibility;
  /** What was found, in a sentence or two. */
  readonly found: string;
  /** Whether it can be believed, in a sentence. */
  readonly conclusion: string;
  /** Why, one sentence each. */
  readonly reasons: readonly string[];
  /** What would make it more certain, one sentence each; empty where nothing is left to do. */
  readonly advice: readonly string[];
}

/** An interval wider than this tells two models apart only if they are far apart. */
const WIDE = 0.1;

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const interval = ({ low, high }: Proportion): string => `[${percent(low)}, ${percent(high)}]`;
const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** How attacks of a kind find what they find. */
export const KINDS: Readonly<Record<AttackKind, string>> = {
  'white-box': 'along the gradient',
  'black-box': 'by outputs only',
  'one-step': 'of one gradient step',
  transfer: 'from another model',
  noise: 'of random noise',
};

const CONCLUSIONS: Readonly<Record<Credibility, string>> = {
  exact: 'This is exact on these examples: no other attack can change it.',
  bounded:
    'It can be believed as far as it is proved: robust accuracy is between the proved share and the attacked one.',
  plausible:
    'It can be believed as an upper estimate: no sign of a masked gradient was seen, but a better attack may break more.',
  thin: 'It is a rough upper estimate: attacks of a kind that may break more were not tried.',
  doubtful:
    'It should not be believed: the attacks seem to fail for reasons of their own, and the model may be far less robust.',
  empty: 'It says nothing: the model is wrong on every example without an attack.',
};

function credibilityOf({ eps, clean, accuracy, certified, masking, attacks }: Evaluation): Credibility {
  if (clean.successes === 0) return 'empty';
  if (certified?.exact || accuracy.successes === 0 || eps === 0) return 'exact'; // nothing moves at radius 0
  if (masking.length > 0) return 'doubtful';
  if (certified && certified.accuracy.successes > 0) return 'bounded';
  const kinds = new Set(attacks.map(({ kind }) => kind));
  return kinds.has('white-box') && (kinds.has('black-box') || kinds.has('transfer')) ? 'plausible' : 'thin';
}

function foundIn({ threat, clean, accuracy, certified }: Evaluation): string {
  const broken = clean.successes - accuracy.successes;
  const proved = certified
    ? ` Of all examples ${percent(certified.accuracy.value)} are proved right under every such perturbation, and ${percent(certified.undecided.value)} are neither proved nor broken.`
    : '';
  return `The model is right on ${percent(clean.value)} of ${clean.trials} examples, and still right on ${percent(accuracy.value)} ${interval(accuracy)} under every perturbation that was found within ${threat}: ${broken} of ${clean.successes} right answers were broken.${proved}`;
}

/** Which attacks took part, which signs were looked for, how many examples there are, and what is proved. */
function reasonsFor({
  attacks,
  masking,
  checked,
  clean,
  accuracy,
  certified,
  warnings,
}: Evaluation): readonly string[] {
  const kinds = [...new Set(attacks.map(({ kind }) => kind))];
  const count = (kind: AttackKind) => attacks.filter((own) => own.kind === kind).length;
  const alone = attacks.filter((own) => own.alone > 0);
  const isTold = alone.reduce((sum, own) => sum + own.alone, 0) < clean.successes - accuracy.successes; // else each broke its own
  return [
    `Attacks: ${listed(kinds.map((kind) => `${count(kind)} ${KINDS[kind]}`))}.`,
    ...(alone.length > 0 && isTold
      ? [`Examples that one attack alone broke: ${listed(alone.map((own) => `${own.attack} (${own.alone})`))}.`]
      : []),
    ...masking.map(({ id, message }) => `Sign of a masked gradient, ${id}: ${message}.`),
    checked.length > 0
      ? `Signs of a masked gradient that were looked for: ${listed(checked)}; seen: ${masking.length || 'none'}.`
      : 'No sign of a masked gradient could be looked for.',
    `${clean.trials} examples: the ${percentOf(accuracy.confidence)}% interval of the robust accuracy is ${interval(accuracy)}.`,
    ...(certified ? [`Certified by ${listed(certified.certifiers.map(({ certifier }) => certifier))}.`] : []),
    ...warnings.map((warning) => `Warning: ${warning.replace(/[^.?!]$/, '$&.')}`),
  ];
}

/** Examples whose interval is at most about that wide, whatever the share. */
const ENOUGH = 400;

function adviceOn(credibility: Credibility, { attacks, clean, accuracy, certified }: Evaluation): readonly string[] {
  if (credibility === 'empty') return ['Look at the layout, scale and labels of the data before anything else.'];
  const has = (kind: AttackKind) => attacks.some((own) => own.kind === kind);
  const isWide = clean.trials < ENOUGH && accuracy.high - accuracy.low > WIDE;
  return [
    ...(credibility === 'doubtful'
      ? ['Attack along the gradient of a differentiable stand-in, or transfer from another model.']
      : []),
    ...(credibility !== 'exact' && !has('white-box')
      ? ['Add attacks along the gradient; on a model that has none, transfer from another one.']
      : []),
    ...(credibility !== 'exact' && !has('black-box') && !has('transfer')
      ? ['Add an attack that does not need the gradient, such as Square.']
      : []),
    ...(credibility !== 'exact' && accuracy.successes === clean.successes
      ? ['Nothing broke: make sure that the radius is in the units of the inputs, and try a larger one.']
      : []),
    ...(isWide ? [`Take more examples: of ${ENOUGH} the interval is at most about ${100 * WIDE} points wide.`] : []),
    ...(credibility === 'plausible' && !certified
      ? ['A certificate would prove a lower estimate beside this upper one.']
      : []),
  ];
}

/**
 * What an evaluation comes to in plain words: what was found, whether it can be believed and why, and what to do next.
 *
 * It judges by what the evaluation holds alone: signs of a masked gradient, kinds of attacks that took part, proofs, and the number
 * of examples. Where every right answer was broken nothing is left to doubt, whatever the signs.
 *
 * @param evaluation - As `evaluate` gives it.
 * @returns The opinion, plain data.
 * @example
 * ```ts
 * const { credibility, conclusion } = secondOpinion(await evaluate(model, batch, threat, battery, { key: key('evaluation') }));
 * ```
 * @see Carlini et al.: On Evaluating Adversarial Robustness, 2019 (arXiv:1902.06705), for what to ask of an evaluation.
 */
export function secondOpinion(evaluation: Evaluation): SecondOpinion {
  const credibility = credibilityOf(evaluation);
  return {
    credibility,
    found: foundIn(evaluation),
    conclusion: CONCLUSIONS[credibility],
    reasons: reasonsFor(evaluation),
    advice: adviceOn(credibility, evaluation),
  };
}
