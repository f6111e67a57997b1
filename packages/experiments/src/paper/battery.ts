import {
  apgd,
  battery,
  denseMixture,
  mixtureStart,
  pgd,
  restarts as restarted,
  ridgeSearch,
  worstOf,
} from '@advml/attacks';
import { type Attack, type Battery, type Classifier, l2, type Params, type Threat } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import type { SparseCodingModel } from '@advml/data';
import type { SymmetricTwoLayer } from '@advml/networks';

/** What {@link paperBattery} needs to know. */
export interface BatteryOptions {
  /** What the attacker may do, in any norm. */
  readonly threat: Threat;
  /** Gradient steps of every ascent. */
  readonly steps: number;
  /** Ascents from random points; those of `ridgeSearch` only for examples that came near an error. */
  readonly restarts: number;
  /** The network under attack, whose surrogate gives gradients. */
  readonly network: SymmetricTwoLayer;
  /** Its parameters, kept alive by the caller as long as the attack is used. */
  readonly params: Params;
  /** The data model, for the dense mixture. */
  readonly data: SparseCodingModel;
}

/**
 * The strongest attack on the symmetric two-layer network that we have.
 *
 * The worst case, for each example, over the dense mixture itself; PGD from the input along the network's own gradient; and
 * `ridgeSearch` from the mixture and, for examples that came near an error, from random points. On every example that came near one,
 * that search left less of the margin than PGD along the gradient of the network averaged over a single deviation of noise, which takes its
 * place where the network is evaluated with noise and so is no sum of ridge functions: a fifth of the threshold, as
 * more made a weaker attack and less no difference.
 *
 * Outside l2 the ascents from random points are those of APGD along the network's own gradient, which were stronger there;
 * in l1 they were stronger than SLIDE too.
 *
 * @param options - See {@link BatteryOptions}.
 * @returns One attack.
 */
export function paperBattery(options: BatteryOptions): Attack {
  const known = { threat: true, steps: true, restarts: true, network: true, params: true, data: true } as const;
  requireOptions<BatteryOptions>('paperBattery', options, known);
  return worstOf(paperMembers(options).map(({ attack }) => attack(options.threat)));
}

/**
 * The attacks of {@link paperBattery} and their kinds.
 *
 * @param options - See {@link BatteryOptions}; only the norm of the threat counts.
 * @returns One member an attack.
 */
export function paperMembers({ threat: { norm }, steps, restarts, network, params, data }: BatteryOptions): Battery {
  const gradientModel = smoothedSurrogate(network, params);
  const direction = data.mixture;
  const isRidges = network.ridges?.(params) !== undefined;
  if (norm === l2 && !isRidges) return battery('paper', { direction, gradientModel, steps, restarts });
  const own = (threat: Threat, count: number) => pgd({ threat, steps: count, start: 'none' });
  const first: Battery = [
    { kind: 'black-box', attack: (threat) => denseMixture({ threat, direction }) },
    { kind: 'white-box', attack: (threat) => own(threat, steps), withSteps: own },
  ];
  if (norm === l2) {
    const graduated = (threat: Threat, count: number) =>
      ridgeSearch({ threat, steps: count, starts: [mixtureStart({ threat, direction })], restarts });
    return [...first, { kind: 'white-box', attack: (threat) => graduated(threat, steps), withSteps: graduated }];
  }
  return [
    ...first,
    { kind: 'white-box', attack: (threat) => restarted(apgd({ threat, steps }), restarts) },
    {
      kind: 'white-box',
      attack: (threat) => pgd({ threat, steps, start: mixtureStart({ threat, direction }), gradientModel }),
    },
  ];
}

/**
 * The network averaged over noise of a fifth of its threshold.
 *
 * @param network - The network.
 * @param params - Its parameters, kept alive by the caller as long as the surrogate is used.
 * @returns A model to take gradients from; none where there is no threshold, for then the network is linear.
 */
export function smoothedSurrogate(network: SymmetricTwoLayer, params: Params): Classifier | undefined {
  const threshold = params.bias.dataSync()[0];
  return threshold > 0 ? network.surrogate(params, threshold / 5) : undefined;
}
