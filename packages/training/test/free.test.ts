// Free training against a simulation by hand, and its perturbation in the training state.
import { ball, key, l0, l1, l2, linf, type Norm, type Threat, withMask } from '@advml/core';
import { sgd } from '@advml/optimizers';
import { expectNoLeak } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { clipByValue, memory, scalar, tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  disposeState,
  type FitOptions,
  fit,
  freeObjective,
  replayBatches,
  stateFromArrays,
  stateToArrays,
} from '../src/index.ts';
import { workShard } from '../src/parallel/shard.ts';
import { classed, linearNetwork, read, scored } from './models.ts';
import { network, noisyRun, start } from './runs.ts';

beforeAll(async () => {
  await useWasm();
});

const [EPS, RATE, BATCH] = [0.2, 0.4, 6];
const source = (step: number) => {
  const { x, y } = scored(key('data', step), BATCH, 3);
  const inBox = clipByValue(x, -1, 1);
  x.dispose();
  return { x: inBox, y };
};
const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** Algorithm 1 of the paper for a linear score, in loops over doubles. */
function byHand(steps: number, norm: Norm['name'], box = { low: -Infinity, high: Infinity }) {
  let weight = [0.3, -0.2, 0.1];
  let bias = 0;
  let delta = Array.from({ length: BATCH }, () => [0, 0, 0]);
  for (let step = 0; step < steps; step++) {
    const { rows, labels } = read(source(Math.floor(step / 4)));
    const inputs = rows.map((x, at) => x.map((value, entry) => clip(value + delta[at][entry], box.low, box.high)));
    const slopes = inputs.map((x, at) => {
      const score = x.reduce((sum, value, entry) => sum + value * weight[entry], bias);
      return -labels[at] / (1 + Math.exp(labels[at] * score)); // of the loss in the score
    });
    delta = delta.map((now, at) => {
      const moved = rows[at].map((value, entry) => value + now[entry] === inputs[at][entry]);
      const slope = weight.map((value, entry) => (moved[entry] ? slopes[at] * value : 0));
      const length = norm === 'l2' ? Math.hypot(...slope) : 1;
      const next = now.map((value, entry) => {
        const way = norm === 'l2' ? slope[entry] / length : Math.sign(slope[entry]);
        return value + EPS * way;
      });
      const shrink = Math.min(1, EPS / Math.hypot(...next));
      return next.map((value) => (norm === 'l2' ? shrink * value : clip(value, -EPS, EPS)));
    });
    const mean = (of: (at: number) => number) => slopes.reduce((sum, slope, at) => sum + slope * of(at), 0) / BATCH;
    weight = weight.map((value, entry) => value - RATE * mean((at) => inputs[at][entry]));
    bias -= RATE * mean(() => 1);
  }
  return { weight, bias, delta: delta.flat() };
}

const run = (threat: Threat, steps: number): FitOptions => ({
  network: linearNetwork(3),
  params: { weight: tensor1d([0.3, -0.2, 0.1]), bias: scalar(0) },
  objective: freeObjective({ threat }),
  optimizer: sgd({ rate: RATE }),
  batches: replayBatches(source, 4),
  steps,
  key: key('run', 0),
});

describe('freeObjective', () => {
  it.each([linf, l2])(
    'replays each batch and carries the perturbation over, as the algorithm says, in $name',
    async (norm) => {
      for (const steps of [1, 3, 4, 5, 11]) {
        const trained = await fit(run(ball(norm, EPS), steps));
        const { weight, bias, delta } = byHand(steps, norm.name);
        expect(trained.params.weight).toBeAllClose(weight, { absolute: 1e-5 });
        expect(trained.params.bias).toBeAllClose([bias], { absolute: 1e-5 });
        expect(trained.memory?.delta).toBeAllClose(delta, { absolute: 1e-5 });
        disposeState(trained);
      }
    },
  );

  it('clips the inputs, not the perturbation, where there is a box', async () => {
    const box = { low: -1, high: 1 };
    const trained = await fit(run(ball(linf, EPS, box), 7));
    const { weight, delta } = byHand(7, 'linf', box);
    expect(trained.params.weight).toBeAllClose(weight, { absolute: 1e-5 });
    expect(trained.memory?.delta).toBeAllClose(delta, { absolute: 1e-5 });
  });

  it.each([l1, l2, linf])('leaves what a mask holds, and steps along the rest: $name', async (norm) => {
    const { memory: kept } = await fit(run(withMask(ball(norm, EPS), [true, false, true]), 1));
    const rows = kept!.delta.arraySync() as number[][];
    for (const row of rows) {
      expect(row[1]).toBe(0); // the largest weight, which l1 would move alone
      const [a, b] = [Math.abs(row[0]), Math.abs(row[2])];
      expect({ l1: a + b, l2: Math.hypot(a, b), linf: Math.max(a, b) }[norm.name as 'l1']).toBeCloseTo(EPS, 6);
    }
  });

  it('resumes to the same bits from any step, within the replays and between', async () => {
    const params = start();
    const free = { objective: freeObjective({ threat: ball(linf, 0.1) }), steps: 7 };
    const options = noisyRun(params, {
      ...free,
      batches: replayBatches((step) => classed(key('data', step), 8, 4), 3),
    });
    const whole = await fit(options);
    for (let stop = 0; stop <= 7; stop++) {
      const part = await fit({ ...options, steps: stop });
      const restored = stateFromArrays(stateToArrays(part));
      expect(stateToArrays(await fit({ ...options, from: restored }))).toEqual(stateToArrays(whole));
    }
    expect(stateToArrays(whole)['memory.delta'].shape).toEqual([8, 4]);
  });

  it('holds as many tensors after every step but the first, and none in the end', async () => {
    const params = start();
    const objective = freeObjective({ threat: ball(l2, 0.1) });
    const counts = new Set<number>();
    await expectNoLeak(async () =>
      disposeState(
        await fit(
          noisyRun(params, { objective, onStep: ({ step }) => void (step > 0 && counts.add(memory().numTensors)) }),
        ),
      ),
    );
    expect(counts.size).toBe(1);
  });

  it('refuses a batch of another size, an infinite radius, l0 and threads', async () => {
    const batches = (step: number) => classed(key('data', step), 8 + step, 4);
    const objective = freeObjective({ threat: ball(linf, 0.1) });
    await expect(fit(noisyRun(start(), { objective, batches }))).rejects.toThrow(
      /the perturbation of the batch before must have shape \[9, 4\], got \[8, 4\]/,
    );
    expect(() => freeObjective({ threat: ball(linf, Infinity) })).toThrow(/finite eps, got Infinity/);
    expect(() => freeObjective({ threat: ball(l0, 3) })).toThrow('use adversarialObjective with sparsePgd');
    const job = { network, objective, batches, key: key('run', 0) };
    const params = start();
    await expectNoLeak(() =>
      expect(() => workShard(job, params, 0, 0, 2)).toThrow(/the objective remembers .* train without dataParallel/),
    );
  });
});

describe('replayBatches', () => {
  it('gives each batch so many times in a row', () => {
    const seen: number[] = [];
    const replayed = replayBatches((step) => {
      seen.push(step);
      return source(step);
    }, 3);
    for (let step = 0; step < 7; step++) replayed(step);
    expect(seen).toEqual([0, 0, 0, 1, 1, 1, 2]);
    expect(() => replayBatches(source, 0)).toThrow(/replays must be an integer >= 1, got 0/);
  });
});
