import {
  type AnyClassifier,
  type Batch,
  type Battery,
  type Certifier,
  describeThreat,
  InputError,
  type Threat,
} from '@advml/core';
import { attackOn, certifierOn, described, requireInteger, requireOptions, requireThreat } from '@advml/core/internal';
import type { Outcome } from './attack-slice.ts';
import { marginsBeforeAttack } from './before-attack.ts';
import { certification } from './certification.ts';
import { certifiedAccuracy, certifiedPoint, certifiedRecord } from './certified.ts';
import { clopperPearson, type Proportion } from './clopper-pearson.ts';
import { diagnose, PATIENCE } from './diagnose.ts';
import { digestOf } from './digest.ts';
import type { AttackSummary, Evaluation, EvaluationPoint } from './evaluation.ts';
import type { EvaluationPart } from './evaluation-part.ts';
import { type JobRunner, jobRunner } from './evaluation-runner.ts';
import { enter, type Ledger, openLedger, recordsOf } from './ledger.ts';
import { comparedKinds, type MaskingFindings } from './masking.ts';
import { ATTACKED, type AttackedOptions } from './options.ts';
import { requireRadii } from './require-radii.ts';
import { KINDS } from './second-opinion.ts';
import type { Share } from './share.ts';
import { type Attacked, comparable } from './survivors.ts';

/** What {@link evaluate} takes. */
export interface EvaluateOptions extends AttackedOptions {
  /** Radii of the curve beside 0 and the threat's own, in input units. Default: none. They cost attacks of their own. */
  readonly eps?: readonly number[];
  /**
   * Whether to trace the curve of each attack alone too. Default: false. Each attack then gets, at each radius, the examples that it
   * has not broken itself, and not only those that no attack has.
   */
  readonly eachCurve?: boolean;
  /**
   * Whether an attack gets only what those before it in the battery have left, as AutoAttack's own evaluation has it. Default: false.
   * The worst case is the same sort of figure and costs less; the attacks can hardly be compared any more.
   */
  readonly survivors?: boolean;
  /**
   * Proofs beside attacks, each for any radius, such as `(threat) => crown({ threat })`. Default: none. At the threat's radius each gets
   * every example that the model gets right; at the others those that are open still.
   */
  readonly certifiers?: readonly ((threat: Threat) => Certifier)[];
  /**
   * Number of examples for the checks at large radii and with more and more steps. Default: 64; 0 for none. What they break within the
   * curve's radii counts as broken.
   */
  readonly diagnosed?: number;
  /**
   * What an earlier evaluation has done: all that it told `onPart`, in any order. Parts of other data or keys are ignored, of models with
   * other margins on these examples, and of attacks and certifiers with other labels. What neither tells must be the same: the model, where
   * another may have the same margins, as those that answer classes do, or the one that `transfer` attacks. Keep a digest of its file beside
   * the parts.
   */
  readonly done?: readonly EvaluationPart[];
  /**
   * Told what each slice came to, as plain data: keep it, one line a part, to be able to resume. What a spent budget of answers cut short
   * counts in the result, but is not told, so that it is done again.
   */
  readonly onPart?: (part: EvaluationPart) => void;
  /**
   * Who does which examples, where several threads or processes make the same evaluation: each calls `evaluate` with the same arguments
   * and gets the same result, to the bit, for a part of the work. Whoever hands the examples out may do so in any way that gives each
   * to one of them. Default: all are done here. `onPart` is told what was done here.
   */
  readonly share?: Share;
}

function requireBattery(battery: Battery, threat: Threat, eps: readonly number[]): void {
  if (!Array.isArray(battery) || battery.some((member) => typeof member?.attack !== 'function'))
    throw new InputError(
      "a battery must be an array of members, such as { kind: 'white-box', attack: (threat) => pgd({ threat, steps: 40 }) }; for one attack there is robustAccuracy",
    );
  if (battery.length === 0) throw new InputError('a battery needs at least one attack, got none');
  for (const { kind } of battery)
    if (!Object.hasOwn(KINDS, kind))
      throw new InputError(
        `kind of a battery's member must be ${Object.keys(KINDS).join(', ')}, got ${described(kind)}`,
      );
  requireThreat('evaluate', threat);
  requireRadii([threat.eps]);
  requireRadii(eps);
}

function requireCertifiers(threat: Threat, certifiers: readonly ((threat: Threat) => Certifier)[]): void {
  if (!Array.isArray(certifiers))
    throw new InputError('certifiers must be an array of functions, such as [(threat) => crown({ threat })]');
  for (const make of certifiers) certifierOn('evaluate', threat, make); // refuses what does not do this threat before any work
}

const NO_FINDINGS: MaskingFindings = { checked: [], warnings: [] };

/**
 * Attacks at the curve's other radii what is not yet known to break there, by any attack or, for the curve of each, by the same; what
 * was not broken at a larger radius is left.
 */
async function traceCurve(
  { run }: JobRunner,
  threat: Threat,
  battery: Battery,
  { key, eachCurve = false }: EvaluateOptions,
  radii: readonly number[],
  ledger: Ledger,
): Promise<void> {
  for (const eps of radii) {
    for (const [at, member] of battery.entries()) {
      const attack = attackOn('evaluate', { ...threat, eps }, (own) => member.attack(own));
      const open = (distance: number) => distance > eps && (eps > threat.eps || distance < Infinity);
      const known = eachCurve ? ledger.distances[at] : ledger.distance;
      const positions = [...known.keys()].filter((position) => open(known[position]));
      enter(ledger, at, attack.label, eps, positions, await run({ attack, key: key.child('member', at), positions }));
    }
  }
}

function summaries(
  attacks: readonly Attacked[],
  count: number,
  confidence: number | undefined,
): readonly Omit<AttackSummary, 'curve'>[] {
  const broken = attacks.map(
    ({ positions, outcomes }) => new Set(positions.filter((_, at) => !(outcomes[at].margin > 0))),
  );
  const timesBroken = (position: number): number => broken.filter((own) => own.has(position)).length;
  const total = (outcomes: readonly Outcome[], of: 'gradients' | 'queries') =>
    outcomes.reduce((sum, outcome) => sum + outcome[of], 0);
  return attacks.map(({ label, kind, positions, outcomes }, member) => ({
    attack: label,
    kind,
    accuracy: clopperPearson(positions.length - broken[member].size, count, confidence),
    alone: [...broken[member]].filter((position) => timesBroken(position) === 1).length,
    gradients: total(outcomes, 'gradients'),
    queries: total(outcomes, 'queries'),
    zeroGradients: outcomes.filter(({ zeroGradient }) => zeroGradient).length,
  }));
}

/**
 * Judges a model by attacks of several kinds: what each of them does, what the worst case of each example is, and whether the
 * attacks can be believed.
 *
 * Every attack gets every example that the model gets right, since only attacks on the same examples can be compared; with
 * `survivors`, only what those before it have left. What they give back is graded afresh. Where weaker attacks do better than stronger ones, the model hides its gradient and its accuracy
 * under attack says little: `masking` lists such signs with their figures.
 *
 * The curve counts, at each radius, the examples that no perturbation found so far breaks with a size up to that radius, so it
 * cannot rise. With certifiers it has a lower end too: what is proved at a radius holds at all smaller ones. An example that float32
 * breaks and exact arithmetic does not, by rounding, counts as broken.
 *
 * ```math
 * \mathrm{acc}(\varepsilon) = \frac1n\,\bigl|\{\, i : \min_a \|\delta_i^{(a)}\| > \varepsilon \,\}\bigr|
 * ```
 *
 * with $`a`$ over the attacks that broke example $`i`$. The result does not depend on the size of a slice, nor on whether the
 * evaluation was stopped and resumed with `done`, nor on who does which examples by `share`.
 *
 * @param model - The model under attack.
 * @param batch - Inputs [batch, ...] with labels [batch]; only read.
 * @param threat - What the attacker may do; a finite radius.
 * @param battery - The attacks and their kinds.
 * @param options - Key, radii of the curve, what is done, indices, confidence, size of a slice, progress, signal.
 * @returns Shares with their exact intervals, records, cost, and signs of a masked gradient.
 * @throws InputError if there are no examples or attacks, an input or output is NaN or infinite, an input is outside the threat's
 * box, the labels are not of the model's kind, an attack ignores or leaves its threat, a certificate and an input that was found contradict
 * each other, or `done` does not fit.
 * @throws AbortedError if the signal is aborted; what `onPart` was told is enough to resume.
 * @example
 * ```ts
 * const { accuracy, masking } = await evaluate(model, { x, y }, ball(l2, 0.11), [
 *   { kind: 'white-box', attack: (threat) => pgd({ threat, steps: 100 }) }, // from '@advml/attacks'
 *   { kind: 'black-box', attack: (threat) => square({ threat, queries: 1000 }) },
 * ], { key: key('evaluation', 7) });
 * ```
 * @see Athalye, Carlini, Wagner: Obfuscated Gradients Give a False Sense of Security, 2018 (arXiv:1802.00420), section 3.1,
 * and Carlini et al.: On Evaluating Adversarial Robustness, 2019 (arXiv:1902.06705), for the signs.
 */
export async function evaluate(
  model: AnyClassifier,
  batch: Batch,
  threat: Threat,
  battery: Battery,
  options: EvaluateOptions,
): Promise<Evaluation> {
  requireOptions<EvaluateOptions>('evaluate', options, {
    ...ATTACKED,
    eps: true,
    eachCurve: true,
    survivors: true,
    certifiers: true,
    diagnosed: true,
    done: true,
    onPart: true,
    share: true,
  });
  const {
    key,
    eps = [],
    survivors = false,
    certifiers = [],
    diagnosed = 64,
    confidence,
    indices,
    onProgress,
  } = options;
  if (survivors && options.eachCurve)
    throw new InputError('eachCurve needs every attack on every example, and survivors leaves some out: choose one');
  requireBattery(battery, threat, eps);
  requireCertifiers(threat, certifiers);
  requireInteger({ diagnosed });
  const clean = await marginsBeforeAttack(model, batch, threat.box, options);
  const count = clean.length;
  const correct = [...clean.keys()].filter((at) => clean[at] > 0);
  const radii = [...new Set(eps)].filter((radius) => radius > 0 && radius !== threat.eps).sort((a, b) => a - b);
  const jobs = (battery.length + certifiers.length) * (1 + radii.length) + 1 + PATIENCE.length;
  const fingerprint = digestOf(
    batch.x.dataSync<'float32'>(),
    batch.y.dataSync<'float32' | 'int32'>(),
    clean,
    Float64Array.from(indices ?? []),
  );
  const runner = jobRunner(model, batch, { ...options, jobs, fingerprint });

  const ledger = openLedger(clean, battery.length);
  const attacks: Attacked[] = [];
  for (const [at, { kind, attack: make }] of battery.entries()) {
    const attack = attackOn('evaluate', threat, make);
    const positions = survivors ? correct.filter((position) => ledger.distance[position] === Infinity) : correct;
    const outcomes = await runner.run({ attack, key: key.child('member', at), positions });
    enter(ledger, at, attack.label, threat.eps, positions, outcomes);
    for (const [place, position] of positions.entries())
      ledger.loss[position] = Math.max(ledger.loss[position], -outcomes[place].margin);
    attacks.push({ label: attack.label, kind, positions, outcomes });
  }
  await traceCurve(runner, threat, battery, options, radii, ledger);
  const isStill = threat.eps === 0; // nothing moves, and no attack can do better than another
  const compared = isStill ? NO_FINDINGS : comparedKinds(survivors ? comparable(attacks, correct) : attacks);
  const looked = isStill ? [] : correct.slice(0, diagnosed);
  const diagnosis = await diagnose(runner, batch, threat, battery, options, ledger, looked);
  const proved = await certification(runner, threat, certifiers, radii, ledger);
  onProgress?.(jobs * count, jobs * count);
  const points = [...new Set([0, ...radii, threat.eps])].sort((a, b) => a - b);
  const share = (holds: (at: number) => boolean): Proportion =>
    clopperPearson([...clean.keys()].filter(holds).length, count, confidence);
  const curveOf = (distance: Float64Array): readonly EvaluationPoint[] =>
    points.map((radius) => ({ eps: radius, accuracy: share((at) => distance[at] > radius) }));
  const isCertified = certifiers.length > 0;

  return Object.freeze({
    threat: describeThreat(threat),
    eps: threat.eps,
    clean: clopperPearson(correct.length, count, confidence),
    accuracy: share((at) => ledger.distance[at] > threat.eps),
    ...(isCertified && { certified: certifiedAccuracy(proved, ledger, threat.eps, share) }),
    attacks: summaries(attacks, count, confidence).map((summary, at) => ({
      ...summary,
      curve: options.eachCurve ? curveOf(ledger.distances[at]) : [],
    })),
    curve: curveOf(ledger.distance).map((point) => ({
      ...point,
      ...(isCertified && certifiedPoint(proved, ledger, point.eps, share)),
    })),
    records: recordsOf(ledger, threat.eps, indices).map((record, at) => ({
      ...record,
      ...(isCertified && certifiedRecord(proved, ledger, threat.eps, at)),
    })),
    cost: { ...runner.cost },
    masking: [...compared.warnings, ...diagnosis.warnings],
    checked: [...compared.checked, ...diagnosis.checked],
    warnings: [...runner.warnings],
  });
}
