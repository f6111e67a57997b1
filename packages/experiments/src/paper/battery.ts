import { denseMixture, pgd, worstOf } from '@advml/attacks';
import type { Attack, Classifier, Params, Threat } from '@advml/core';
import type { SparseCodingModel } from '@advml/data';
import type { SymmetricTwoLayer } from '@advml/networks';
import { mul, neg, outerProduct, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';

/** What {@link paperBattery} needs to know. */
export interface BatteryOptions {
  /** What the attacker may do; l2. */
  readonly threat: Threat;
  /** PGD steps of every restart. */
  readonly steps: number;
  /** Random restarts of PGD. */
  readonly restarts: number;
  /** The network under attack, whose smoothed surrogate gives the gradients. */
  readonly network: SymmetricTwoLayer;
  /** Its parameters, kept alive by the caller as long as the attack is used. */
  readonly params: Params;
  /** The data model, for the dense mixture. */
  readonly data: SparseCodingModel;
}

/**
 * The strongest attack on the symmetric two-layer network that we have.
 *
 * The worst case, for each example, over the dense mixture itself; PGD from the input along the network's own gradient; and PGD
 * from random points and from the mixture along the gradient of the network smoothed at half its threshold, which sees
 * neurons that are about to switch on.
 *
 * @param options - See {@link BatteryOptions}.
 * @returns One attack.
 */
export function paperBattery({ threat, steps, restarts, network, params, data }: BatteryOptions): Attack {
  const gradientModel = smoothedSurrogate(network, params);
  return worstOf([
    denseMixture({ threat, direction: data.mixture }),
    pgd({ threat, steps, start: 'none' }),
    pgd({ threat, steps, start: mixtureStart(data.mixture, threat.eps), gradientModel }),
    pgd({ threat, steps, start: 'random', restarts, gradientModel }),
  ]);
}

/** The network smoothed at half its threshold. */
function smoothedSurrogate(network: SymmetricTwoLayer, params: Params): Classifier {
  return network.surrogate(params, params.bias.dataSync()[0] / 2);
}

/** Perturbations of the full size along the dense mixture, against the label: [batch, d]. */
const mixtureStart = (mixture: Float32Array, eps: number) => (_: Tensor, y: Tensor1D) =>
  tidy(() => mul(outerProduct(neg(y), tensor1d(mixture)), eps));
