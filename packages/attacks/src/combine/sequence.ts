import type { AnyClassifier, Attack, AttackOptions, AttackResult, Threat } from '@advml/core';
import { type Dialogue, now, requireExamples, run, settled } from '@advml/core/internal';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { type AttackCall, attackFrom } from '../search/attack-from.ts';
import { requireAttackOptions, requireOneEach } from '../search/examples.ts';
import { optionsOf } from '../search/options-of.ts';
import { owning } from '../search/owning.ts';
import { replaceRows, takeRows } from '../search/rows.ts';

/** One attack of several: gets the examples that still stand, and their rows in the whole batch. */
export type Member = (
  model: AnyClassifier,
  x: Tensor,
  y: Tensor1D,
  options: AttackOptions,
  rows: readonly number[],
) => AttackResult | Promise<AttackResult>;

/** The first result with those rows replaced where a later attack came further; `later` is disposed. */
function merge(worst: AttackResult, later: AttackResult, rows: readonly number[]): AttackResult {
  const [gradients, zeroGradient] = [worst.gradients.slice(), [...worst.zeroGradient]];
  const queries = worst.queries.slice();
  const [success, distance, loss] = [[...worst.success], worst.distance.slice(), worst.loss.slice()];
  const taken = [...rows.keys()].filter((at) => later.loss[at] > loss[rows[at]]);
  for (const [at, row] of rows.entries()) {
    gradients[row] += later.gradients[at];
    queries[row] += later.queries[at];
    zeroGradient[row] ||= later.zeroGradient[at];
  }
  for (const at of taken) {
    success[rows[at]] = later.success[at];
    distance[rows[at]] = later.distance[at];
    loss[rows[at]] = later.loss[at];
  }
  const replacements = takeRows(later.x, taken);
  const x = replaceRows(
    worst.x,
    taken.map((at) => rows[at]),
    replacements,
  );
  for (const tensor of [replacements, worst.x, later.x]) tensor.dispose();
  const cutShort = worst.cutShort || later.cutShort;
  const warnings = [...new Set([...worst.warnings, ...later.warnings])];
  return { x, success, distance, loss, gradients, queries, zeroGradient, ...(cutShort && { cutShort }), warnings };
}

/**
 * Runs attacks one after the other, each on the examples that none before it fooled; the worst case of each counts.
 *
 * @param members - At least one.
 * @param call - The model under attack, inputs [batch, ...], labels [batch], and options for all; each member has a key of its own.
 * @returns A dialogue that ends in the worst case of each example; gradient counts are sums.
 */
export function* inSequence(
  [first, ...others]: readonly Member[],
  ...[model, x, y, options]: AttackCall
): Dialogue<AttackResult> {
  const all = [...Array(x.shape[0]).keys()];
  let worst = yield* settled(first(model, x, y, { ...options, key: options.key.child('member', 0) }, all));
  try {
    for (const [at, next] of others.entries()) {
      const { success } = worst;
      const rows = all.filter((row) => !success[row]);
      if (rows.length === 0) break;
      const own = optionsOf(options, options.key.child('member', at + 1), rows);
      const later = yield* owning((held) =>
        settled(next(model, held(takeRows(x, rows)), held(takeRows(y, rows)), own, rows)),
      );
      worst = merge(worst, later, rows);
    }
  } catch (error) {
    worst.x.dispose();
    throw error;
  }
  return worst;
}

/**
 * An attack made of others. For adversarial training, `perturb` runs and grades them all, as the worst must be known.
 *
 * @param label - What the attack is with its settings.
 * @param threat - The perturbations that all its members may make.
 * @param attack - Runs the members.
 * @returns A frozen attack.
 */
export function combined(
  label: string,
  threat: Threat,
  attack: (...call: AttackCall) => Dialogue<AttackResult>,
): Attack {
  const checked = (...[model, x, y, options]: AttackCall) => {
    requireAttackOptions(options);
    requireExamples(threat, x, y);
    requireOneEach(y, options);
    return run(attack(model, x, y, options));
  };
  const perturb: Attack['perturb'] = (...call) => now(attack(...call)).x;
  return attackFrom(checked, { label, threat, perturb });
}
