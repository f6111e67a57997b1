import { InputError, type Threat } from '@advml/core';

/**
 * Refuses a ball without end, in which an attack that spends its whole radius cannot work.
 *
 * @param threat - What the attack was given.
 * @param name - The attack's name, for the message.
 * @throws InputError that says what such a ball is for.
 */
export function requireBudget({ eps, norm }: Threat, name: string): void {
  if (eps === Infinity) {
    throw new InputError(
      `${name} needs a finite eps, such as ball(${norm.name}, 0.1), got Infinity: that is for attacks that look for the closest adversarial example`,
    );
  }
}
