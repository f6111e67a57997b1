import { type Attack, type AttackOptions, type AttackResult, key } from '@advml/core';
import type { AttackCase } from './attack-cases.ts';
import { numbersOf } from './matchers.ts';

/** What every attack of the suite is told where a test says nothing else. */
export const OPTIONS: AttackOptions = { key: key('describe attack', 0) };

/** What a result says, as plain numbers; the tensor is disposed. */
export function plain(result: AttackResult) {
  const { x, ...rest } = result;
  const points = numbersOf(x);
  x.dispose();
  return { points, ...rest };
}

/** Runs an attack on a case; its result as plain numbers. */
export function attackCase(attack: Attack, { model, x, y, labels }: AttackCase, options: AttackOptions = OPTIONS) {
  const [inputs, classes] = [x(), labels(y)];
  try {
    return plain(attack(model, inputs, classes, options));
  } finally {
    inputs.dispose();
    classes.dispose();
  }
}
