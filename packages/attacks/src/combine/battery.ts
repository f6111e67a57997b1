import {
  type Battery,
  type Classifier,
  crossEntropy,
  dlr,
  InputError,
  type Loss,
  margin,
  type Threat,
} from '@advml/core';
import { described, namedLoss, requireOptions } from '@advml/core/internal';
import { apgd } from '../ascent/apgd.ts';
import { pgd } from '../ascent/pgd.ts';
import { sparsePgd } from '../ascent/sparse-pgd.ts';
import { denseMixture, mixtureStart } from '../gradient-free/dense-mixture.ts';
import { noise } from '../gradient-free/noise.ts';
import { square } from '../gradient-free/square.ts';
import { fab } from '../minimal/fab.ts';
import { sigmaZero } from '../minimal/sigma-zero.ts';
import { restarts } from './restarts.ts';
import { targetedSweep } from './targeted-sweep.ts';

/** How much work the standard {@link battery} does. */
export interface BatteryOptions {
  /** Gradient steps of every ascent and of FAB. Default: 100. */
  readonly steps?: number;
  /** Forward passes of the attack without gradients. Default: 5000. */
  readonly queries?: number;
  /** Wrong classes that the targeted attacks aim at, nearest first. Default: 9, 5 for APGD in l1 and sparse PGD in l0. */
  readonly targets?: number;
}

/** What the {@link battery} of the feature-purification paper needs to know of a network that gives scores. */
export interface PaperBatteryOptions {
  /** The mixture of all features, such as $`M w^\star`$, as {@link denseMixture} takes it. */
  readonly direction: ArrayLike<number>;
  /** A smoother model to take gradients from beside the network's own. Default: the network itself. */
  readonly gradientModel?: Classifier;
  /** Gradient steps of every ascent. Default: 100. */
  readonly steps?: number;
  /** Ascents from random points. Default: 2. */
  readonly restarts?: number;
}

/** DLR where it can be aimed at a class, the margin where classes are too few for that. */
const dlrOrMargin: Loss = /* @__PURE__ */ namedLoss('dlrOrMargin', (output, y, rivals) =>
  (output.rank === 2 && (output.shape[1] as number) >= 4 ? dlr : margin)(output, y, rivals),
);

const isIn =
  (name: Threat['norm']['name']) =>
  ({ norm }: Threat): boolean =>
    norm.name === name;
const [sparse, few] = [isIn('l1'), isIn('l0')];

function standard({ steps = 100, queries = 5000, targets }: BatteryOptions): Battery {
  const onEntropy = (threat: Threat, count: number) => {
    if (few(threat)) return sparsePgd({ threat, steps: count, loss: crossEntropy });
    const attack = apgd({ threat, steps: count, loss: crossEntropy, shrinking: sparse(threat) });
    return sparse(threat) ? restarts(attack, 5) : attack;
  };
  const towardsClasses = (threat: Threat, count: number) => {
    if (few(threat)) return targetedSweep(sparsePgd({ threat, steps: count }), targets ?? 5);
    const attack = apgd({ threat, steps: count, loss: dlrOrMargin, shrinking: sparse(threat) });
    return targetedSweep(attack, targets ?? (sparse(threat) ? 5 : 9));
  };
  const closest = (threat: Threat) =>
    few(threat) ? sigmaZero({ threat }) : targetedSweep(fab({ threat, steps, restarts: 1 }), targets);
  const withoutGradient = (threat: Threat) =>
    few(threat) ? noise({ threat, draws: queries }) : square({ threat, queries, rescale: false });
  return [
    { kind: 'white-box', attack: (threat) => onEntropy(threat, steps), withSteps: onEntropy },
    { kind: 'white-box', attack: (threat) => towardsClasses(threat, steps), withSteps: towardsClasses },
    { kind: 'white-box', attack: closest },
    { kind: 'black-box', attack: withoutGradient },
  ];
}

function paper({ direction, gradientModel, steps = 100, restarts = 2 }: PaperBatteryOptions): Battery {
  const own = (threat: Threat, count: number) => pgd({ threat, steps: count, start: 'none' });
  const fromMixture = (threat: Threat, count: number) =>
    pgd({ threat, steps: count, start: mixtureStart({ threat, direction }), gradientModel });
  const fromRandom = (threat: Threat, count: number) =>
    pgd({ threat, steps: count, start: 'random', restarts, gradientModel });
  return [
    { kind: 'black-box', attack: (threat) => denseMixture({ threat, direction }) },
    { kind: 'white-box', attack: (threat) => own(threat, steps), withSteps: own },
    { kind: 'white-box', attack: (threat) => fromMixture(threat, steps), withSteps: fromMixture },
    { kind: 'white-box', attack: (threat) => fromRandom(threat, steps), withSteps: fromRandom },
  ];
}

/**
 * A battery of attacks by its name, for `evaluate` of `@advml/metrics` or, as one attack, for `worstOf`.
 *
 * `standard` is that of AutoAttack: APGD with the cross-entropy; APGD with the targeted DLR loss towards each of the nine
 * wrong classes whose boundaries are nearest, or with the margin where there are fewer than four classes; FAB towards each of the nine; Square.
 * In l1 the ascents begin in larger balls, the first has five restarts and the second five classes. In l0, which those do not know, they
 * are sparse PGD with the cross-entropy; the same with the margin towards each of the five nearest wrong classes; sigma-zero; random
 * entries at random values.
 *
 * `paper` is for two-layer networks with scores: the dense mixture; PGD from the input; PGD from the mixture and from random
 * points, both along the gradient of a smoother model if there is one.
 *
 * @param name - Which one.
 * @param options - See {@link BatteryOptions} and {@link PaperBatteryOptions}.
 * @returns The attacks and their kinds, in the order in which they run.
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
export function battery(name: 'standard', options?: BatteryOptions): Battery;
export function battery(name: 'paper', options: PaperBatteryOptions): Battery;
export function battery(name: 'standard' | 'paper', options: BatteryOptions | PaperBatteryOptions = {}): Battery {
  if (name === 'standard') {
    requireOptions<BatteryOptions>("battery 'standard'", options, { steps: true, queries: true, targets: true });
    return standard(options);
  }
  if (name !== 'paper') throw new InputError(`battery must be 'standard' or 'paper', got ${described(name)}`);
  const own = options as PaperBatteryOptions;
  requireOptions<PaperBatteryOptions>("battery 'paper'", own, {
    direction: true,
    gradientModel: true,
    steps: true,
    restarts: true,
  });
  if (own.direction === undefined)
    throw new InputError("battery 'paper' needs a direction, the mixture of all features");
  return paper(own);
}
