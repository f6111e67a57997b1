import { type Attack, type AttackOptions, type AttackResult, key } from '@advml/core';
import { expect } from 'vitest';
import type { AttackCase } from './attack-cases.ts';
import { numbersOf } from './matchers.ts';

/** What every attack of the suite is told where a test says nothing else. */
export const OPTIONS: AttackOptions = { key: key('describe attack', 0) };

/** What a result says, as plain numbers; the tensor is disposed. */
export function plain(result: AttackResult) {
  const { x, ...rest } = result;
  const [points, shape] = [numbersOf(x), x.shape];
  x.dispose();
  return { points, shape, ...rest };
}

/** Runs an attack on a case, which must leave its inputs and labels as they are; its result as plain numbers. */
export function attackCase(attack: Attack, { model, x, y, labels }: AttackCase, options: AttackOptions = OPTIONS) {
  const [inputs, classes] = [x(), labels(y)];
  const before = numbersOf(inputs);
  try {
    const result = plain(attack(model, inputs, classes, options));
    expect(inputs).toHaveSameBits(before);
    expect(classes).toHaveSameBits(y);
    return result;
  } finally {
    inputs.dispose();
    classes.dispose();
  }
}
