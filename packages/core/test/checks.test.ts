import {
  AbortedError,
  breathe,
  InputError,
  requireFinite,
  requireInteger,
  requireNonNegative,
  requireOptions,
  requirePositive,
  requireShape,
  requireShare,
} from '@advml/core';
import { useWasm } from '@advml/wasm';
import { scalar, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => useWasm());

const wrongType = '3' as unknown as number;

describe('checks of numbers', () => {
  it.each<[string, (value: number) => void, number[], number[], string]>([
    [
      'requireInteger',
      (steps) => requireInteger({ steps }, 1),
      [1, 2 ** 53 - 1],
      [0, 1.5, -1, 2 ** 53],
      'an integer >= 1',
    ],
    ['requireNonNegative', (eps) => requireNonNegative({ eps }), [0, 1e300], [-1e-300], 'finite and >= 0'],
    ['requirePositive', (rate) => requirePositive({ rate }), [5e-324], [0, -1], 'finite and > 0'],
    ['requireShare', (level) => requireShare({ level }), [0, 0.5, 1], [-0.1, 1.1], 'between 0 and 1'],
  ])('%s takes what it should and names what it refuses', (_, check, good, bad, rule) => {
    for (const value of good) expect(() => check(value)).not.toThrow();
    for (const value of [...bad, Number.NaN, Infinity, wrongType]) {
      expect(() => check(value)).toThrow(InputError);
      expect(() => check(value)).toThrow(`must be ${rule}, got ${value}`);
    }
  });

  it('say the unit and the name', () => {
    expect(() => requirePositive({ rate: 0 }, 'a step')).toThrow('rate must be finite and > 0 (a step), got 0');
    expect(() => requireInteger({ steps: 3, restarts: -1 })).toThrow('restarts must be an integer >= 0, got -1');
  });
});

describe('checks of tensors', () => {
  it('requireFinite names value, entry and example', () => {
    expect(() => requireFinite('x', tensor2d([[1, 2]]))).not.toThrow();
    const bad = tensor2d([
      [1, 2],
      [3, Number.NaN],
    ]);
    expect(() => requireFinite('x', bad)).toThrow('x must be finite, got NaN at entry 3 (example 1) of shape [2,2]');
    expect(() => requireFinite('loss', scalar(-Infinity))).toThrow('loss must be finite, got -Infinity');
  });

  it('requireShape takes any length for null', () => {
    expect(() => requireShape('x', zeros([5, 2]), [null, 2])).not.toThrow();
    expect(() => requireShape('x', zeros([5, 3]), [null, 2])).toThrow('x must have shape [any, 2], got [5, 3]');
    expect(() => requireShape('x', zeros([5]), [null, 2])).toThrow('got [5]');
  });
});

describe('breathe', () => {
  it('lets other work run', async () => {
    const order: string[] = [];
    setTimeout(() => order.push('timer'), 0);
    await breathe();
    order.push('loop');
    expect(order).toEqual(['timer', 'loop']);
  });

  it('stops where the signal says so, even if it was said meanwhile', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    await expect(breathe(controller.signal, 'training')).rejects.toThrow(AbortedError);
    await expect(breathe(controller.signal, 'training')).rejects.toThrow('training was stopped');
  });
});

it('errors have names of their own', () => {
  expect([new InputError('a').name, new AbortedError('b').name]).toEqual(['InputError', 'AbortedError']);
  expect(new InputError('a')).toBeInstanceOf(RangeError);
});

describe('requireOptions', () => {
  interface Options {
    readonly steps: number;
    readonly stepSize?: number;
  }
  const known = { steps: true, stepSize: true } as const;
  const check = (options: unknown) => () => requireOptions<Options>('climb', options as Options, known);

  it('takes a record with known names, whatever their values', () => {
    for (const options of [{ steps: 1 }, {}, { stepSize: undefined }, Object.create(null)])
      expect(check(options)).not.toThrow();
  });

  it('names an unknown option and the nearest known one', () => {
    expect(check({ stepsize: 1 })).toThrow(
      new InputError("climb has no option 'stepsize'; did you mean 'stepSize'? It has steps, stepSize"),
    );
    expect(check({ steps: 1, step: 2 })).toThrow("no option 'step'; did you mean 'steps'?");
    expect(check({ epsilon: 1 })).toThrow("climb has no option 'epsilon'; it has steps, stepSize");
    expect(check(JSON.parse('{ "__proto__": 1 }'))).toThrow("no option '__proto__'");
  });

  it('refuses what is no record', () => {
    const least = 'climb takes one record of options { steps, stepSize }, got';
    expect(check(undefined)).toThrow(`${least} none`);
    expect(check(null)).toThrow(`${least} null`);
    expect(check(7)).toThrow(`${least} number 7`);
    expect(check([1])).toThrow(`${least} an array`);
    expect(check(tensor2d([[1, 2]]))).toThrow(`${least} a tensor [1,2]`);
  });
});
