import { type Attack, type AttackResult, describeThreat, perturb, type Threat } from '@advml/core';
import {
  type Dialogue,
  firstOffMask,
  now,
  requireExamples,
  requireFinite,
  requireLabels,
  requireThreat,
  run,
  sizeAtMost,
  unlessSpent,
} from '@advml/core/internal';
import { sub, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type AttackCall, attackFrom } from './attack-from.ts';
import { requireAttackOptions, requireOneEach, taskOf } from './examples.ts';
import { type Own, owning } from './owning.ts';
import { probabilityWarnings } from './probabilities.ts';
import { readOut } from './read-out.ts';
import { chooseRows, replaceRows, takeRows } from './rows.ts';
import { type Found, meetsGoal, type Search, type SearchTask, takeTask, verdictOf } from './search.ts';

/** The model's verdict at some points. */
interface Verdict {
  readonly at: Tensor;
  readonly output: Tensor;
  readonly reached: Float32Array;
}

/** The verdict by a fresh forward pass; its output belongs to the caller of the dialogue. */
function* gradeAt(task: SearchTask, at: Tensor, where: string, own: Own): Dialogue<Verdict> {
  const output = own(yield* task.ask(at));
  const reached = verdictOf(task, output);
  requireFinite(`the model's output at ${where}`, output);
  if (task.goal) requireFinite(`what the goal gives at ${where}`, own(tensor1d(reached)));
  return { at, output, reached };
}

/** The verdict on each example that a spent budget still answers, asked alone, and on the others what it was without an attack. */
function* gradeEach(task: SearchTask, moved: Tensor, clean: Verdict, own: Own): Dialogue<Verdict> {
  const reached = clean.reached.slice();
  const isAnswered = task.keys.map(() => false);
  for (const row of task.keys.keys()) {
    const one = takeTask(task, [row]);
    own(one.x);
    own(one.labels);
    const verdict = yield* unlessSpent(gradeAt(one, own(takeRows(moved, [row])), 'a perturbed input', own));
    if (!verdict) continue;
    reached[row] = verdict.reached[0];
    isAnswered[row] = true;
  }
  return { at: own(chooseRows(task.x, moved, isAnswered)), output: clean.output, reached };
}

/** Rounding of an entry, as a share of it: one half where the perturbation is added, one where the input is taken off again. */
const ROUNDING = 2 ** -23;

/** Sizes of the perturbations, after rounding; a search that leaves its threat is at fault and must not be believed. */
function measure(label: string, { threat, x }: SearchTask, worst: Tensor): Float32Array {
  const { radii } = threat;
  const sizes = readOut(() => threat.norm.size(sub(worst, x)));
  const inputs = readOut(() => threat.norm.size(x));
  const left = (what: string) =>
    new Error(
      `${label} left its threat (${describeThreat(threat)}): ${what}; its search must end with projectDelta on the task's threat`,
    );
  const outside = sizes.findIndex((size, at) => !(size <= radii[at] * (1 + 1e-5) + ROUNDING * inputs[at]));
  if (outside >= 0) throw left(`example ${outside}, whose eps is ${radii[outside]}, moved by ${sizes[outside]}`);
  const changed = firstOffMask(threat, x, worst);
  if (changed >= 0) throw left(`example ${changed} changed outside the mask`);
  return sizes.map((size, at) => sizeAtMost(size, radii[at]));
}

/** What a search finds; where it is no dialogue, a scope disposes what it leaves behind. */
function* foundBy(search: Search, task: SearchTask): Dialogue<Found> {
  let found: Found | Dialogue<Found> | undefined;
  tidy(() => {
    found = search(task);
    return 'delta' in found ? found.delta : [];
  });
  const given = found as unknown as Found | Dialogue<Found>;
  return 'delta' in given ? given : yield* given;
}

const CUT_SHORT = 'the model answered no more before the search ended: what was found by then counts';

/** Runs the search and believes none of it. */
function* grade(label: string, search: Search, task: SearchTask, own: Own): Dialogue<AttackResult> {
  const clean = yield* gradeAt(task, task.x, 'x', own);
  if (task.rivals) requireRivals(clean.output, task.rivals);
  const {
    delta,
    gradients,
    queries = new Int32Array(gradients.length),
    zeroGradient,
    ...found
  } = yield* foundBy(search, task);
  requireFinite(`what ${label} found`, own(delta)); // a box would make entries of NaN its bounds
  const moved = own(perturb(task.threat, task.x, delta));
  const verdict = yield* unlessSpent(gradeAt(task, moved, 'the perturbed inputs', own));
  const { at, reached, output } = verdict ?? (yield* gradeEach(task, moved, clean, own));

  // No change is a change the attacker may make: what is wrong without an attack stays wrong.
  const spoilt = [...reached.keys()].filter(
    (row) => meetsGoal(task, clean.reached[row]) && !meetsGoal(task, reached[row]),
  );
  const worst = spoilt.length > 0 ? own(replaceRows(at, spoilt, own(takeRows(task.x, spoilt)))) : at;
  for (const row of spoilt) reached[row] = clean.reached[row];
  const cutShort = found.cutShort || !verdict;
  const distance = measure(label, task, worst);
  const warnings = yield* probabilityWarnings(task, [clean.output, output]);
  return {
    x: worst.clone(),
    success: Array.from(reached, (value) => meetsGoal(task, value)),
    distance,
    loss: reached,
    gradients,
    queries,
    zeroGradient,
    ...(cutShort && { cutShort }),
    warnings: [...warnings, ...(cutShort ? [CUT_SHORT] : [])],
  };
}

function requireRivals(output: Tensor, rivals: readonly number[]): void {
  const classes = tensor1d([...rivals]);
  try {
    requireLabels(output, classes);
  } finally {
    classes.dispose();
  }
}

/**
 * An attack from a search: checks the input, runs the search, and grades what it found from scratch.
 *
 * Ball, box and mask are checked again, and success and loss come from a fresh forward pass. An input that is wrong as it stands counts
 * as a success, so that robust accuracy never exceeds clean accuracy.
 *
 * @param label - What the attack is with its settings.
 * @param threat - The perturbations it may make; the task that the search gets holds it too.
 * @param search - Finds the perturbations. If it needs outputs but no gradients, it may be a dialogue; see {@link Search}.
 * @param forTraining - Finds perturbations [batch, ...] for `perturb`. Default: the search itself.
 * @returns A frozen attack.
 * @throws InputError, when the attack is called, if inputs, labels, indices or targets cannot be used or the model's
 * outputs or perturbations are not finite; Error if the search leaves its threat.
 * @example
 * ```ts
 * const still = graded('no attack', threat, ({ x }) => ({
 *   delta: zerosLike(x),
 *   gradients: new Int32Array(x.shape[0]),
 *   zeroGradient: Array(x.shape[0]).fill(false),
 * }));
 * ```
 */
export function graded(
  label: string,
  threat: Threat,
  search: Search,
  forTraining: (task: SearchTask) => Tensor = (task) => now(foundBy(search, task)).delta,
): Attack {
  requireThreat('graded', threat);
  const attack = (...[model, x, y, options]: AttackCall) => {
    requireAttackOptions(options);
    requireExamples(threat, x, y);
    requireOneEach(y, options);
    return run(
      owning((own) => {
        const task = taskOf(threat, model, x, y, options);
        own(task.x);
        if (task.targeted) own(task.labels);
        return grade(label, search, task, own);
      }),
    );
  };
  const forTrainingOnly: Attack['perturb'] = (model, x, y, options) =>
    tidy(() => perturb(threat, x, forTraining(taskOf(threat, model, x, y, options))));
  return attackFrom(attack, { label, threat, perturb: forTrainingOnly });
}
