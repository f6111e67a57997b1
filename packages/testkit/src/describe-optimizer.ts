import {
  applyUpdates,
  disposeParams,
  key,
  mapParams,
  type Optimizer,
  type Params,
  paramsFromArrays,
  paramsToArrays,
} from '@advml/core';
import { mul, sub, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectNoLeak } from './expect-no-leak.ts';
import { numbersOf } from './matchers.ts';

/** What {@link describeOptimizer} may be told. */
export interface OptimizerSuiteOptions {
  /** Whether it minimizes by itself (a transformation without a learning rate does not). Default: true. */
  readonly minimizes?: boolean;
}

const SHAPES = { 'layer.weight': [2, 3], 'layer.bias': [3] } as const;
const CURVATURES = [1, 0.5, 0.25, 1, 0.5, 0.25];

const randomTree = (seed: string): Params =>
  Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => {
      const size = shape.reduce((product: number, length) => product * length, 1);
      return [name, tensor(key('optimizer', seed, name).normal(size), [...shape])];
    }),
  );

/** Gradient of half the weighted square distance from `minimum`. */
const quadraticGradient = (params: Params, minimum: Params): Params =>
  mapParams(params, (values, name) =>
    mul(sub(values, minimum[name]), tensor(CURVATURES.slice(0, values.size), values.shape)),
  );

const numbers = (tree: Params) => Object.entries(tree).map(([name, values]) => [name, numbersOf(values)]);
const viaArrays = (tree: Params) => paramsFromArrays(paramsToArrays(tree));

/**
 * What every optimizer must do: pure steps, a state that can be saved and restored to the same bits, no leak, and,
 * where it is a whole optimizer, the minimum of a quadratic.
 *
 * @param name - What the optimizer is called in the test's output.
 * @param optimizer - The optimizer under test.
 * @param options - What to expect of it.
 * @example
 * ```ts
 * describeOptimizer('momentum', momentum({ rate: 0.1 }));
 * ```
 */
export function describeOptimizer(
  name: string,
  optimizer: Optimizer,
  { minimizes = true }: OptimizerSuiteOptions = {},
): void {
  describe(`optimizer ${name}`, () => {
    const minimum = () => randomTree('minimum');

    /** `count` steps towards the minimum; disposes what it is given. */
    const walk = (start: { params: Params; state: Params }, count: number): { params: Params; state: Params } => {
      const goal = minimum();
      let { params, state } = start;
      for (let step = 0; step < count; step++) {
        const gradients = quadraticGradient(params, goal);
        const next = optimizer.update(gradients, state, params);
        const moved = applyUpdates(params, next.updates);
        disposeParams(gradients, next.updates, state, params);
        [params, state] = [moved, next.state];
      }
      disposeParams(goal);
      return { params, state };
    };

    const begin = () => {
      const params = randomTree('start');
      return { params, state: optimizer.init(params) };
    };

    it('changes none of its arguments and gives the same bits twice', () => {
      const { params, state } = walk(begin(), 3);
      const gradients = randomTree('gradients');
      const before = [params, state, gradients].map(numbers);
      const first = optimizer.update(gradients, state, params);
      const again = optimizer.update(gradients, state, params);
      expect([params, state, gradients].map(numbers)).toEqual(before);
      expect(numbers(again.updates)).toEqual(numbers(first.updates));
      expect(numbers(again.state)).toEqual(numbers(first.state));
      expect(Object.keys(first.updates).sort()).toEqual(Object.keys(SHAPES).sort());
      for (const [entry, shape] of Object.entries(SHAPES)) expect(first.updates[entry].shape).toEqual([...shape]);
      disposeParams(params, state, gradients, first.updates, first.state, again.updates, again.state);
    });

    it('goes on to the same bits from a saved and restored state', () => {
      const whole = walk(begin(), 7);
      const half = walk(begin(), 3);
      const resumed = walk({ params: viaArrays(half.params), state: viaArrays(half.state) }, 4);
      expect(numbers(resumed.params)).toEqual(numbers(whole.params));
      expect(numbers(resumed.state)).toEqual(numbers(whole.state));
      disposeParams(whole.params, whole.state, half.params, half.state, resumed.params, resumed.state);
    });

    it('keeps the names and shapes of its state', () => {
      const start = begin();
      const shapes = (tree: Params) => Object.entries(tree).map(([entry, { shape, dtype }]) => [entry, shape, dtype]);
      const before = shapes(start.state);
      const { params, state } = walk(start, 2);
      expect(shapes(state)).toEqual(before);
      disposeParams(params, state);
    });

    it('keeps no tensor', async () => {
      await expectNoLeak(() => {
        const { params, state } = walk(begin(), 3);
        disposeParams(params, state);
      });
    });

    it.runIf(minimizes)('minimizes a quadratic', () => {
      const goal = minimum();
      const distance = (params: Params) => {
        const gaps = Object.keys(SHAPES).flatMap((entry) => {
          const target = numbersOf(goal[entry]);
          return numbersOf(params[entry]).map((value, at) => value - target[at]);
        });
        return Math.hypot(...gaps);
      };
      const start = begin();
      const before = distance(start.params);
      const { params, state } = walk(start, 500);
      expect(distance(params)).toBeLessThan(1e-2 * before);
      disposeParams(goal, params, state);
    });
  });
}
