import {
  type Attack,
  type AttackOptions,
  type AttackResult,
  type Classifier,
  describeThreat,
  perturb,
  type Threat,
} from '@advml/core';
import {
  firstOffMask,
  requireExamples,
  requireFinite,
  requireLabels,
  requireThreat,
  sizeAtMost,
} from '@advml/core/internal';
import { sub, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { requireAttackOptions, requireOneEach, taskOf } from './examples.ts';
import { probabilityWarnings } from './probabilities.ts';
import { replaceRows, takeRows } from './rows.ts';
import { meetsGoal, progress, type Search, type SearchTask } from './search.ts';

/** The model's verdict at some points, by a fresh forward pass. */
function gradeAt(task: SearchTask, at: Tensor, where: string): { output: Tensor; reached: Float32Array } {
  const output = tidy(() => task.model(at));
  const reached = progress(task, output);
  requireFinite(`the model's output at ${where}`, output);
  return { output, reached };
}

/** Sizes of the perturbations, after rounding; a search that leaves its threat is at fault and must not be believed. */
function measure(label: string, { threat, x }: SearchTask, worst: Tensor): Float32Array {
  const { radii } = threat;
  const sizes = tidy(() => threat.norm.size(sub(worst, x))).dataSync<'float32'>();
  const rounding = 1e-6 * x.dataSync<'float32'>().reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const left = (what: string) =>
    new Error(
      `${label} left its threat (${describeThreat(threat)}): ${what}; its search must end with projectDelta on the task's threat`,
    );
  const outside = sizes.findIndex((size, at) => !(size <= radii[at] * (1 + 1e-5) + rounding));
  if (outside >= 0) throw left(`example ${outside}, whose eps is ${radii[outside]}, moved by ${sizes[outside]}`);
  const changed = firstOffMask(threat, x, worst);
  if (changed >= 0) throw left(`example ${changed} changed outside the mask`);
  return sizes.map((size, at) => sizeAtMost(size, radii[at]));
}

/** Runs the search and believes none of it. */
function grade(label: string, search: Search, task: SearchTask): AttackResult {
  const clean = gradeAt(task, task.x, 'x');
  if (task.rivals) requireLabels(clean.output, tensor1d([...task.rivals]));
  const { delta, gradients, queries = new Int32Array(gradients.length), zeroGradient } = search(task);
  const moved = perturb(task.threat, task.x, delta);
  const { reached, output } = gradeAt(task, moved, 'the perturbed inputs');

  // No change is a change the attacker may make: what is wrong without an attack stays wrong.
  const spoilt = [...reached.keys()].filter(
    (at) => meetsGoal(task, clean.reached[at]) && !meetsGoal(task, reached[at]),
  );
  const worst = spoilt.length > 0 ? replaceRows(moved, spoilt, takeRows(task.x, spoilt)) : moved;
  for (const at of spoilt) reached[at] = clean.reached[at];

  return {
    x: worst,
    success: Array.from(reached, (value) => meetsGoal(task, value)),
    distance: measure(label, task, worst),
    loss: reached,
    gradients,
    queries,
    zeroGradient,
    warnings: probabilityWarnings(task, [clean.output, output]),
  };
}

/**
 * An attack from a search: checks the input, runs the search, and grades what it found from scratch.
 *
 * Ball, box and mask are checked again, and success and loss come from a fresh forward pass. An input that is wrong as it stands counts
 * as a success, so that robust accuracy never exceeds clean accuracy.
 *
 * @param label - What the attack is with its settings.
 * @param threat - The perturbations it may make; the task that the search gets holds it too.
 * @param search - Finds the perturbations.
 * @param forTraining - Finds perturbations [batch, ...] for `perturb`. Default: the search itself.
 * @returns A frozen attack.
 * @throws InputError, when the attack is called, if inputs, labels, indices or targets cannot be used or the model's
 * outputs are not finite; Error if the search leaves its threat.
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
  forTraining: (task: SearchTask) => Tensor = (task) => search(task).delta,
): Attack {
  requireThreat('graded', threat);
  const attack = (model: Classifier, x: Tensor, y: Tensor1D, options: AttackOptions): AttackResult => {
    requireAttackOptions(options);
    requireExamples(threat, x, y);
    requireOneEach(x.shape[0], options);
    let result: AttackResult | undefined;
    tidy(() => {
      result = grade(label, search, taskOf(threat, model, x, y, options));
      return result.x;
    });
    return result as unknown as AttackResult;
  };
  const forTrainingOnly = (model: Classifier, x: Tensor, y: Tensor1D, options: AttackOptions): Tensor =>
    tidy(() => perturb(threat, x, forTraining(taskOf(threat, model, x, y, options))));
  return Object.freeze(Object.assign(attack, { label, threat, perturb: forTrainingOnly }));
}
