import { AbortedError, type Attack, type Classifier, InputError, type LaterClassifier } from '@advml/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { AttackCase } from './attack-cases.ts';
import { attackCase, OPTIONS, plain } from './attack-run.ts';
import { expectNoLeak } from './expect-no-leak.ts';

/**
 * A model that answers later what another answers at once: as plain numbers and after others had their turn.
 *
 * @param model - Answers at once.
 * @param before - Awaited before each answer, with the number of the call. Default: nothing.
 * @returns The same function, with promises.
 */
export function later(model: Classifier, before: (call: number) => unknown = () => undefined): LaterClassifier {
  let calls = 0;
  return async (x: Tensor) => {
    await before(calls++);
    const output = model(x);
    const values = (await output.array()) as number[] | number[][];
    output.dispose();
    return values;
  };
}

/** Models that answer later: the same bits from attacks without gradients, the way out from the others, and no tensor stays. */
export function describeLater(attack: Attack, cases: readonly AttackCase[], needsMore: boolean): void {
  const run = async ({ x, y, labels }: AttackCase, model: LaterClassifier, signal?: AbortSignal) => {
    const [inputs, classes] = [x(), labels(y)];
    try {
      return plain(await attack(model, inputs, classes, { ...OPTIONS, signal }));
    } finally {
      inputs.dispose();
      classes.dispose();
    }
  };

  if (needsMore) {
    it('refuses a model that answers later, with ways out', () =>
      expectNoLeak(async () => {
        const refused = run(cases[0], later(cases[0].model));
        await expect(refused).rejects.toThrow(InputError);
        await expect(refused).rejects.toThrow(/square, hopSkipJump, noise or transfer.*fromOnnx/);
      }));
    return;
  }

  it.each(cases)('gives the same bits where $name answers later', async (example) => {
    expect(await run(example, later(example.model))).toEqual(attackCase(attack, example));
  });

  it('keeps no tensor of a model that answers later, fails or is waited for in vain', async () => {
    const [example] = cases;
    const broken = (from: number) => (call: number) => {
      if (call >= from) throw new TypeError('broken');
    };
    await expectNoLeak(async () => {
      await run(example, later(example.model));
      for (const from of [0, 1])
        await expect(run(example, later(example.model, broken(from)))).rejects.toThrow('broken');
      for (const from of [0, 1]) {
        const stop = new AbortController();
        const never = (call: number) => call >= from && new Promise(() => stop.abort());
        await expect(run(example, later(example.model, never), stop.signal)).rejects.toThrow(AbortedError);
      }
    });
  });
}
