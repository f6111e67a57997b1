import type { Attack } from '@advml/core';
import { ask, type Dialogue, requireAttack, requireInteger, requireLabels, settled } from '@advml/core/internal';
import type { AttackCall } from '../search/attack-from.ts';
import { combined, inSequence, type Member } from './sequence.ts';

/** The wrong classes of each example, the strongest first; none where the model gives scores. */
function* wrongClasses(...[model, x, y, { signal }]: AttackCall): Dialogue<readonly (readonly number[])[]> {
  const output = yield* ask(model, x, signal); // [batch] or [batch, classes]
  try {
    requireLabels(output, y);
    if (output.rank !== 2) return [];
    const [classes, values] = [output.shape[1] as number, output.dataSync<'float32'>()];
    return Array.from(y.dataSync(), (label, row) => {
      const logits = values.subarray(row * classes, (row + 1) * classes);
      return [...logits.keys()].filter((k) => k !== label).sort((a, b) => logits[b] - logits[a]);
    });
  } finally {
    output.dispose();
  }
}

/**
 * An attack once for each of the strongest wrong classes, with its loss pushing towards that class; any error counts.
 *
 * With `dlr` as its loss and `apgd` as its attack it is the targeted APGD of AutoAttack. Where there is one wrong class
 * only, or the goal is not just any error, it is the attack itself. The classes are ranked by the logits of the input
 * without a perturbation.
 *
 * @param attack - An attack whose loss takes rivals, as all of core's do.
 * @param classes - How many wrong classes, at least 1. Default: 9, or as many as there are.
 * @returns An attack; gradient counts are sums.
 * @throws InputError if `classes` is not a positive integer.
 * @example
 * ```ts
 * const attack = targetedSweep(apgd({ threat: ball(linf, 8 / 255, { low: 0, high: 1 }), loss: dlr }));
 * ```
 * @see Croce, Hein: Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks,
 * 2020 (arXiv:2003.01690), section 4.1.
 */
export function targetedSweep(attack: Attack, classes = 9): Attack {
  requireAttack('targetedSweep', attack);
  requireInteger({ classes }, 1);
  const label = `${attack.label}, towards ${classes === 1 ? 'the strongest wrong class' : `up to ${classes} wrong classes`}`;
  return combined(label, attack.threat, function* (model, x, y, options) {
    const { goal = 'untargeted' } = options;
    const ranks = goal === 'untargeted' ? yield* wrongClasses(model, x, y, options) : [];
    const count = Math.min(classes, ranks[0]?.length ?? 0);
    if (count < 2) return yield* settled(attack(model, x, y, options));
    const members = Array.from(
      { length: count },
      (_, rank): Member =>
        (...[given, inputs, labels, own, rows]) =>
          attack(given, inputs, labels, { ...own, rivals: rows.map((row) => ranks[row][rank]) }),
    );
    return yield* inSequence(members, model, x, y, options);
  });
}
