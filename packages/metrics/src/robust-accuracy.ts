import { type AnyClassifier, type Attack, type Batch, describeThreat } from '@advml/core';
import { requireAttack, requireOptions } from '@advml/core/internal';
import { marginsBeforeAttack } from './before-attack.ts';
import { clopperPearson, type Proportion } from './clopper-pearson.ts';
import { jobRunner } from './evaluation-runner.ts';
import { ATTACKED, type AttackedOptions } from './options.ts';

/** How a model fared under one attack. Arrays have one entry an example, in the order of the batch. */
export interface RobustAccuracy {
  /** Share of examples on which the label wins, with and without the attack. An upper estimate: a better attack may break more. */
  readonly accuracy: Proportion;
  /** Share of examples on which the label wins without the attack. */
  readonly clean: Proportion;
  /** The attack with its settings. */
  readonly attack: string;
  /** The threat in words. */
  readonly threat: string;
  /** Whether the label wins with and without the attack. */
  readonly robust: readonly boolean[];
  /** Size of the perturbation found, in the threat's norm; 0 where the example was wrong already. */
  readonly distance: Float32Array;
  /** Margin loss at the worst input found, in output units: positive where the label loses. */
  readonly loss: Float32Array;
  /** Gradient evaluations spent on each example. */
  readonly gradients: Int32Array;
  /** Number of examples whose gradient was zero at some step: many of them hint at a masked gradient, not at robustness. */
  readonly zeroGradients: number;
  /** What the attack says a reader of these numbers should know, each thing once; mostly empty. */
  readonly warnings: readonly string[];
}

/**
 * The share of examples that a model classifies correctly and goes on classifying correctly under attack.
 *
 * Examples that are wrong without the attack count as broken and are not attacked. What the attack gives back is graded
 * afresh: it must lie inside ball and box, and a new forward pass decides; a tie counts as broken. The result does not
 * depend on `batchSize`, since every example has its own randomness, by index.
 *
 * ```math
 * \frac1n\,\bigl|\{\, i : y_i f(x_i) > 0 \text{ and } y_i f(x_i + \delta_i) > 0 \,\}\bigr|
 * ```
 *
 * @param model - The model under attack.
 * @param batch - Inputs [batch, ...] with labels [batch]; only read.
 * @param attack - The attack.
 * @param options - The attack's key, and indices, confidence, size of a slice, progress, signal.
 * @returns The share with its exact interval, and how each example fared.
 * @throws InputError if there are no examples, an input or output is NaN or infinite, an input is outside the threat's
 * box, the labels are not of the model's kind, or the attack leaves its threat.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const attack = pgd({ threat: ball(l2, 0.11), steps: 100, restarts: 5 }); // from '@advml/attacks'
 * const { accuracy } = await robustAccuracy(model, { x, y }, attack, { key: key('evaluation', 7) });
 * ```
 * @see Carlini et al.: On Evaluating Adversarial Robustness, 2019 (arXiv:1902.06705).
 */
export async function robustAccuracy(
  model: AnyClassifier,
  batch: Batch,
  attack: Attack,
  options: AttackedOptions,
): Promise<RobustAccuracy> {
  requireOptions<AttackedOptions>('robustAccuracy', options, ATTACKED);
  requireAttack('robustAccuracy', attack);
  const { confidence, key } = options;
  const clean = await marginsBeforeAttack(model, batch, attack.threat.box, options);
  const count = clean.length;
  const correct = [...clean.keys()].filter((at) => clean[at] > 0);

  const robust = new Array<boolean>(count).fill(false);
  const distance = new Float32Array(count);
  const loss = clean.map((margin) => -margin);
  const gradients = new Int32Array(count);
  let zeroGradients = 0;
  const runner = jobRunner(model, batch, { ...options, jobs: 1 });
  for (const [place, outcome] of (await runner.run({ attack, key, positions: correct })).entries()) {
    const at = correct[place];
    robust[at] = outcome.margin > 0;
    distance[at] = outcome.distance;
    loss[at] = -outcome.margin;
    gradients[at] = outcome.gradients;
    if (outcome.zeroGradient) zeroGradients++;
  }

  return Object.freeze({
    accuracy: clopperPearson(robust.filter(Boolean).length, count, confidence),
    clean: clopperPearson(correct.length, count, confidence),
    attack: attack.label,
    threat: describeThreat(attack.threat),
    robust,
    distance,
    loss,
    gradients,
    zeroGradients,
    warnings: [...runner.warnings],
  });
}
