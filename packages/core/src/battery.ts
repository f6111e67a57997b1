import type { Attack } from './attack.ts';
import type { Threat } from './threat.ts';

/**
 * What an attack may look at, and with how much work: `white-box` follows the model's gradients in many steps, `one-step` once,
 * `black-box` sees outputs only, `transfer` sees another model, and `noise` sees nothing.
 */
export type AttackKind = 'white-box' | 'one-step' | 'black-box' | 'transfer' | 'noise';

/** An attack for any radius, and what kind it is: comparisons between kinds tell a robust model from a masked gradient. */
export interface BatteryMember {
  /** What it may look at. */
  readonly kind: AttackKind;
  /**
   * The attack on a threat.
   *
   * @param threat - What it may do.
   */
  attack(threat: Threat): Attack;
  /**
   * The same attack with another number of steps, where it has steps: how the loss rises with them is a check of its own.
   *
   * @param threat - What it may do.
   * @param steps - Gradient steps.
   */
  withSteps?(threat: Threat, steps: number): Attack;
}

/** Attacks of different kinds that judge a model together. */
export type Battery = readonly BatteryMember[];
