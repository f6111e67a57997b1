import {
  type Attack,
  type AttackOptions,
  type AttackResult,
  type Classifier,
  describeThreat,
  InputError,
  type Threat,
} from '@advml/core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { replaceRows, takeRows } from './rows.ts';

function requireSameThreat([first, ...others]: readonly Attack[]): Threat {
  if (!first) throw new InputError('worstOf needs at least one attack, got none');
  const wanted = describeThreat(first.threat);
  const other = others.find(({ threat }) => describeThreat(threat) !== wanted);
  if (other) {
    throw new InputError(
      `attacks of one ensemble must have the same threat: ${first.label} has ${wanted}, ${other.label} has ${describeThreat(other.threat)}`,
    );
  }
  return first.threat;
}

/** What a member sees: the survivors, with what belongs to them. */
function optionsFor(
  { key, indices, goal, eps, rivals }: AttackOptions,
  member: number,
  rows: readonly number[],
): AttackOptions {
  const own = (list: readonly number[] | undefined) => list && rows.map((row) => list[row]);
  return {
    key: key.child('member', member),
    indices: own(indices) ?? rows,
    goal: typeof goal === 'object' ? { target: rows.map((row) => goal.target[row]) } : goal,
    eps: own(eps),
    rivals: own(rivals),
  };
}

/** The first result with those rows replaced where a later attack came further; `later` is disposed. */
function merge(worst: AttackResult, later: AttackResult, rows: readonly number[]): AttackResult {
  const [gradients, zeroGradient] = [worst.gradients.slice(), [...worst.zeroGradient]];
  const queries = worst.queries?.slice() ?? (later.queries && new Int32Array(gradients.length));
  const [success, distance, loss] = [[...worst.success], worst.distance.slice(), worst.loss.slice()];
  const taken = [...rows.keys()].filter((at) => later.loss[at] > loss[rows[at]]);
  for (const [at, row] of rows.entries()) {
    gradients[row] += later.gradients[at];
    if (queries && later.queries) queries[row] += later.queries[at];
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
  return { x, success, distance, loss, gradients, ...(queries && { queries }), zeroGradient, warnings };
}

/**
 * Several attacks as one: the worst case of each example over all of them.
 *
 * They run in the order given; an example that one of them fools is not handed to the next. For adversarial training,
 * `perturb` runs them all and grades them, as the worst must be known.
 *
 * @param attacks - At least one, all with the same threat.
 * @returns An attack whose label lists its members; gradient counts are sums.
 * @throws InputError if there is no attack, or if threats differ.
 * @example
 * ```ts
 * const attack = worstOf([denseMixture({ threat, direction }), pgd({ threat, steps: 100, restarts: 5 })]);
 * ```
 * @see Croce, Hein: Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks,
 * 2020 (arXiv:2003.01690), for the worst case per example.
 */
export function worstOf(attacks: readonly Attack[]): Attack {
  const threat = requireSameThreat(attacks);
  const [first, ...others] = attacks;

  const attack = (model: Classifier, x: Tensor, y: Tensor1D, options: AttackOptions): AttackResult => {
    const all = [...Array(x.shape[0]).keys()];
    let worst = first(model, x, y, { ...options, key: options.key.child('member', 0) });
    for (const [at, next] of others.entries()) {
      const rows = all.filter((row) => !worst.success[row]);
      if (rows.length === 0) break;
      const [survivors, labels] = [takeRows(x, rows), takeRows(y, rows)];
      worst = merge(worst, next(model, survivors, labels, optionsFor(options, at + 1, rows)), rows);
      survivors.dispose();
      labels.dispose();
    }
    return worst;
  };
  const label = `worst of [${attacks.map((member) => member.label).join('; ')}]`;
  const perturb: Attack['perturb'] = (model, x, y, options) => attack(model, x, y, options).x;
  return Object.freeze(Object.assign(attack, { label, threat, perturb }));
}
