import { AbortedError, type Attack, type AttackOptions, type Classifier, InputError, key } from '@advml/core';
import { type Tensor, tensor, tensor1d, tidy, zeros } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { AttackCase } from './attack-cases.ts';
import { attackCase, OPTIONS, plain } from './attack-run.ts';
import { expectNoLeak } from './expect-no-leak.ts';
import { linearScore } from './linear-models.ts';
import { withRidges } from './ridge-model.ts';

/** Models that throw, are aborted or say the same of every input: the right error, and no tensor stays. */
export function describeBadModels(attack: Attack, example: AttackCase, usesGradient: boolean): void {
  const run = (model: Classifier, options?: AttackOptions) => attackCase(attack, { ...example, model }, options);
  /** The model, which after a number of passes does something else once its layers are done. */
  const after = (passes: number, act: () => void): Classifier => {
    let done = 0;
    const counted = (x: Tensor) => {
      const output = example.model(x);
      if (++done > passes) act();
      return output;
    };
    return withRidges(example.model, counted, 1);
  };

  it('keeps no tensor where the model throws after its layers', async () => {
    const broken = () => {
      throw new TypeError('broken');
    };
    await expectNoLeak(() => {
      expect(() => run(after(0, broken))).toThrow('broken');
      expect(() => run(after(1, broken))).toThrow('broken');
      for (const passes of [2, 3]) {
        try {
          run(after(passes, broken));
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }
    });
  });

  it('stops between two passes', async () => {
    const early = new AbortController();
    early.abort();
    await expectNoLeak(() => {
      expect(() => run(example.model, { ...OPTIONS, signal: early.signal })).toThrow(AbortedError);
      const late = new AbortController();
      expect(() =>
        run(
          after(0, () => late.abort()),
          { ...OPTIONS, signal: late.signal },
        ),
      ).toThrow(AbortedError);
    });
  });

  if (!usesGradient) return;
  it('refuses a model that says the same of every input', async () => {
    const constant: Classifier = (x) => tidy(() => example.model(zeros(x.shape)));
    const labels = [example.y[0], example.other(example.y[0])];
    await expectNoLeak(() => {
      const errors = labels.map((label) => {
        try {
          attackCase(attack, { ...example, y: example.y.map(() => label), model: constant });
          return undefined; // the label was wrong, and nothing needed to be done
        } catch (error) {
          return error;
        }
      });
      expect(errors.some((error) => error instanceof InputError)).toBe(true);
    });
  });
}

/** Where the gradient is zero the attack says so and moves somewhere, without NaN. */
export function describeFlatModels(attack: Attack): void {
  it('flags a model without gradient', () => {
    const { model } = linearScore([0, 0, 0], 0.5);
    const [x, y] = [tensor(key('flat', 0).uniform(6, 0.3, 0.7), [2, 3]), tensor1d([1, 1])];
    const result = plain(attack(model, x, y, OPTIONS));
    expect(result.zeroGradient).toEqual([true, true]);
    expect(result.success).toEqual([false, false]);
    expect(result.points.every(Number.isFinite)).toBe(true);
    expect(result.loss).toBeAllClose([-0.5, -0.5]);
    x.dispose();
    y.dispose();
  });

  it('does not flag tiny gradients', () => {
    const { model } = linearScore([1e-12, -2e-12, 3e-12], 0);
    const [x, y] = [tensor([[0.5, 0.5, 0.4]]), tensor1d([1])];
    const result = plain(attack(model, x, y, OPTIONS));
    expect(result.zeroGradient).toEqual([false]);
    x.dispose();
    y.dispose();
  });
}
