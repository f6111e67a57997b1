import { memory } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/**
 * Runs `work` and expects that as many tensors exist as before; `work` disposes what it is given to own.
 *
 * It runs once before the count, so that what is made once and kept (constants of a backend) does not matter.
 *
 * @param work - May be asynchronous.
 * @example
 * ```ts
 * await expectNoLeak(() => attack(model, x, y, { key: key('leak', 0) }).x.dispose());
 * ```
 */
export async function expectNoLeak(work: () => unknown): Promise<void> {
  await work();
  const before = memory().numTensors;
  await work();
  expect(memory().numTensors, 'tensors alive after the work').toBe(before);
}
