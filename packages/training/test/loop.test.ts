// What the loop reports, owns and leaves to others.
import { disposeParams, key } from '@advml/core';
import { numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanObjective, disposeState, every, type FitOptions, fit, stateToArrays } from '../src/index.ts';
import { classed } from './models.ts';
import { noisyRun, start } from './runs.ts';

beforeAll(async () => {
  await useWasm();
});

describe('the loop', () => {
  it('reports every step and its state, and the progress', async () => {
    const [reports, progress, evaluated]: unknown[][] = [[], [], []];
    const evaluate = every(2, async ({ state }) => void evaluated.push(state.step));
    const trained = await fit(
      noisyRun(start(), {
        steps: 5,
        onStep: (report) => {
          reports.push([
            report.step,
            report.state.step,
            Number.isFinite(report.loss),
            report.accuracy * 8 === Math.round(report.accuracy * 8),
          ]);
          return evaluate(report);
        },
        onProgress: (done, total) => progress.push([done, total]),
      }),
    );
    expect(reports).toEqual([0, 1, 2, 3, 4].map((step) => [step, step + 1, true, true]));
    expect(progress).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]));
    expect(evaluated).toEqual([2, 4]);
    expect(trained.step).toBe(5);
    expect(() => every(0, () => {})).toThrow(/n must be an integer >= 1, got 0/);
  });

  it('gives every step a key of its own, the child of the run that is called after the step', async () => {
    const words: (readonly number[])[] = [];
    const clean = cleanObjective();
    const run = noisyRun(start(), { steps: 3 });
    await fit({
      ...run,
      objective: (context) => {
        words.push(context.key.words);
        return clean(context);
      },
    });
    expect(words).toEqual([0, 1, 2].map((step) => run.key.child('step', step).words));
  });

  it('waits for its callbacks', async () => {
    const order: string[] = [];
    await fit(
      noisyRun(start(), {
        steps: 2,
        onStep: async ({ step }) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          order.push(`callback ${step}`);
        },
        batches: (step) => {
          order.push(`batch ${step}`);
          return classed(key('data', step), 8, 4);
        },
      }),
    );
    expect(order).toEqual(['batch 0', 'callback 0', 'batch 1', 'callback 1']);
  });

  it('holds as many tensors after every step, and in the end only the result', async () => {
    const params = start();
    const before = memory().numTensors;
    const counts = new Set<number>();
    const trained = await fit(noisyRun(params, { onStep: () => void counts.add(memory().numTensors) }));
    expect(counts.size).toBe(1);
    expect(memory().numTensors - before).toBe(Object.keys({ ...stateToArrays(trained) }).length - 1); // all but the number of the step
    disposeState(trained);
    expect(memory().numTensors).toBe(before);
  });

  it('disposes neither the parameters nor the state that it is given, even with no step to make', async () => {
    const params = start();
    const values = Object.values(params).map(numbersOf);
    const from = await fit(noisyRun(params, { steps: 3 }));
    const result = await fit(noisyRun(params, { from, steps: 3 }));
    expect(stateToArrays(result)).toEqual(stateToArrays(from));
    disposeState(result);
    expect(Object.values(from.params).some(({ isDisposed }) => isDisposed)).toBe(false);
    await fit(noisyRun(params, { from }));
    expect(Object.values(from.params).some(({ isDisposed }) => isDisposed)).toBe(false);
    expect(Object.values(params).map(numbersOf)).toEqual(values);
    disposeParams(params);
  });

  it('lets timers run between steps, but not after each one', async () => {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 1);
    const clean = cleanObjective();
    const objective: FitOptions['objective'] = (context) => {
      const end = performance.now() + 4;
      while (performance.now() < end);
      return clean(context);
    };
    await fit(noisyRun(start(), { objective, steps: 100 })); // at least 400 ms
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(4);
    expect(ticks).toBeLessThan(50);
  });
});
