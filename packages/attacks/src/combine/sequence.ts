import type { Attack, AttackOptions, AttackResult, Classifier, Threat } from '@advml/core';
import { requireExamples } from '@advml/core/internal';
import { type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { requireAttackOptions, requireOneEach } from '../search/examples.ts';
import { optionsOf } from '../search/options-of.ts';
import { replaceRows, takeRows } from '../search/rows.ts';

/** One attack of several: gets the examples that still stand, and their rows in the whole batch. */
export type Member = (
  model: Classifier,
  x: Tensor,
  y: Tensor1D,
  options: AttackOptions,
  rows: readonly number[],
) => AttackResult;

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
  const warnings = [...new Set([...worst.warnings, ...later.warnings])];
  return { x, success, distance, loss, gradients, queries, zeroGradient, warnings };
}

/**
 * Runs attacks one after the other, each on the examples that none before it fooled; the worst case of each counts.
 *
 * @param members - At least one.
 * @param model - The model under attack.
 * @param x - Inputs [batch, ...].
 * @param y - Labels [batch].
 * @param options - For all; each has a key of its own.
 * @returns The worst case of each example; gradient counts are sums.
 */
export function inSequence(
  [first, ...others]: readonly Member[],
  model: Classifier,
  x: Tensor,
  y: Tensor1D,
  options: AttackOptions,
): AttackResult {
  const all = [...Array(x.shape[0]).keys()];
  let worst: AttackResult | undefined;
  tidy(() => {
    worst = first(model, x, y, { ...options, key: options.key.child('member', 0) }, all);
    for (const [at, next] of others.entries()) {
      const { success } = worst;
      const rows = all.filter((row) => !success[row]);
      if (rows.length === 0) break;
      const [survivors, labels] = [takeRows(x, rows), takeRows(y, rows)];
      worst = merge(
        worst,
        next(model, survivors, labels, optionsOf(options, options.key.child('member', at + 1), rows), rows),
        rows,
      );
      survivors.dispose();
      labels.dispose();
    }
    return worst.x;
  });
  return worst as unknown as AttackResult;
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
  attack: (model: Classifier, x: Tensor, y: Tensor1D, options: AttackOptions) => AttackResult,
): Attack {
  const run: typeof attack = (model, x, y, options) => {
    requireAttackOptions(options);
    requireExamples(threat, x, y);
    requireOneEach(x.shape[0], options);
    return attack(model, x, y, options);
  };
  const perturb: Attack['perturb'] = (model, x, y, options) => attack(model, x, y, options).x;
  return Object.freeze(Object.assign(run, { label, threat, perturb }));
}
