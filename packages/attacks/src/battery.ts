import { type Battery, crossEntropy, dlr, InputError, type Loss, margin, type Threat } from '@advml/core';
import { apgd } from './apgd.ts';
import { fab } from './fab.ts';
import { restarts } from './restarts.ts';
import { square } from './square.ts';
import { targetedSweep } from './targeted-sweep.ts';

/** How much work a {@link battery} does. */
export interface BatteryOptions {
  /** Gradient steps of every ascent and of FAB; 100 unless told. */
  readonly steps?: number;
  /** Forward passes of the attack without gradients; 5000 unless told. */
  readonly queries?: number;
  /** Wrong classes that the targeted attacks aim at, strongest first; 9 unless told, 5 for APGD in l1. */
  readonly targets?: number;
}

/** DLR where it can be aimed at a class, the margin where classes are too few for that. */
const dlrOrMargin: Loss = (output, y, rivals) =>
  (output.rank === 2 && (output.shape[1] as number) >= 4 ? dlr : margin)(output, y, rivals);

function standard({ steps = 100, queries = 5000, targets }: BatteryOptions): Battery {
  const sparse = ({ norm }: Threat) => norm.name === 'l1';
  const onEntropy = (threat: Threat, count: number) => {
    const attack = apgd({ threat, steps: count, loss: crossEntropy, shrinking: sparse(threat) });
    return sparse(threat) ? restarts(attack, 5) : attack;
  };
  const towardsClasses = (threat: Threat, count: number) =>
    targetedSweep(
      apgd({ threat, steps: count, loss: dlrOrMargin, shrinking: sparse(threat) }),
      targets ?? (sparse(threat) ? 5 : 9),
    );
  return [
    { kind: 'white-box', attack: (threat) => onEntropy(threat, steps), withSteps: onEntropy },
    { kind: 'white-box', attack: (threat) => towardsClasses(threat, steps), withSteps: towardsClasses },
    { kind: 'white-box', attack: (threat) => targetedSweep(fab({ threat, steps }), targets) },
    { kind: 'black-box', attack: (threat) => square({ threat, queries, rescale: false }) },
  ];
}

/**
 * A battery of attacks by its name, for `evaluate` of `@advml/metrics` or, as one attack, for `worstOf`.
 *
 * `standard` is that of AutoAttack: APGD with the cross-entropy; APGD with the targeted DLR loss towards each of the nine
 * strongest wrong classes, or with the margin where there are fewer than four classes; FAB towards each of the nine; Square.
 * In l1 the ascents begin in larger balls, the first has five restarts and the second five classes.
 *
 * @param name - Which one.
 * @param options - See {@link BatteryOptions}.
 * @returns The attacks and their kinds, strongest first.
 * @throws InputError if there is no battery of that name, or an option does not fit its attack.
 * @example
 * ```ts
 * const members = battery('standard');
 * const attack = worstOf(members.map((member) => member.attack(threat))); // each on the survivors of those before it
 * ```
 * @see Croce, Hein: Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks,
 * 2020 (arXiv:2003.01690); Croce, Hein: Mind the box: l1-APGD for sparse adversarial attacks on image classifiers, 2021
 * (arXiv:2103.01208), for l1.
 */
export function battery(name: 'standard', options: BatteryOptions = {}): Battery {
  if (name !== 'standard') throw new InputError(`battery must be 'standard', the only one, got ${name}`);
  return standard(options);
}
