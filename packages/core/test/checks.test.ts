import { AbortedError, type Classifier, exampleKeys, InputError, type Key, key, type Loss, margin } from '@advml/core';
import {
  floatsOf,
  lossOf,
  outputOf,
  requireFinite,
  requireInnerShare,
  requireInteger,
  requireKey,
  requireLoss,
  requireNames,
  requireNonNegative,
  requireOptions,
  requirePositive,
  requireShape,
  requireShare,
  requireTensor,
  yieldToEventLoop,
} from '@advml/core/internal';
import { useWasm } from '@advml/wasm';
import {
  cast,
  type DataType,
  grad,
  memory,
  mul,
  scalar,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tensor2d,
  zeros,
} from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
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
    [
      'requireInnerShare',
      (level) => requireInnerShare({ level }, 0.95),
      [5e-324, 0.5],
      [0, 1],
      'between 0 and 1, both excluded, such as 0.95',
    ],
    ['requireShare', (level) => requireShare({ level }), [0, 0.5, 1], [-0.1, 1.1], 'between 0 and 1'],
  ])('%s takes what it should and names what it refuses', (_, check, good, bad, rule) => {
    for (const value of good) expect(() => check(value)).not.toThrow();
    for (const value of [...bad, Number.NaN, Infinity, wrongType]) {
      expect(() => check(value)).toThrow(InputError);
      expect(() => check(value)).toThrow(`must be ${rule}, got ${value === wrongType ? 'string 3' : value}`);
    }
  });

  it('say the unit and the name', () => {
    expect(() => requirePositive({ rate: 0 }, 'a step')).toThrow('rate must be finite and > 0 (a step), got 0');
    expect(() => requireInteger({ steps: 3, restarts: -1 })).toThrow('restarts must be an integer >= 0, got -1');
  });
});

describe('floatsOf', () => {
  it('takes integers exactly, rounds doubles, and names the first number that does not fit', () => {
    expect(floatsOf('y', { dtype: 'I64', data: BigInt64Array.of(-3n, 2n ** 24n) })).toEqual(
      Float32Array.of(-3, 2 ** 24),
    );
    expect(floatsOf('x', { dtype: 'F64', data: [0.1, -Infinity] })).toEqual(Float32Array.of(0.1, -Infinity));
    expect(() => floatsOf('x', { dtype: 'F64', data: [1, 1e39, 1e40] })).toThrow('got 1e+39 (F64) at entry 1');
  });

  it('makes no list of the numbers, of which a file may have more than a list holds', () => {
    const data = { length: 2 ** 27, 0: 2 ** 25 };
    expect(() => floatsOf('x', { dtype: 'I32', data })).toThrow('got 33554432 (I32) at entry 0');
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

describe('yieldToEventLoop', () => {
  it('lets other work run', async () => {
    const order: string[] = [];
    setTimeout(() => order.push('timer'), 0);
    await yieldToEventLoop();
    order.push('loop');
    expect(order).toEqual(['timer', 'loop']);
  });

  it('stops where the signal says so, even if it was said meanwhile', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    await expect(yieldToEventLoop(controller.signal, 'training')).rejects.toThrow(AbortedError);
    await expect(yieldToEventLoop(controller.signal, 'training')).rejects.toThrow('training was stopped');
  });
});

it('errors have names of their own', () => {
  expect([new InputError('a').name, new AbortedError('b').name]).toEqual(['InputError', 'AbortedError']);
  expect(new InputError('a')).toBeInstanceOf(RangeError);
});

describe('requireTensor', () => {
  const check = (value: unknown, ...dtypes: DataType[]) => {
    return () => requireTensor('x', value as Tensor, dtypes.length > 0 ? dtypes : undefined);
  };

  it('takes float32, and other types where they are allowed', () => {
    expect(check(tensor1d([1]))).not.toThrow();
    expect(check(tensor1d([1], 'int32'), 'int32', 'float32')).not.toThrow();
  });

  it('says how to make a tensor of arrays', () => {
    expect(check([[1, 2]])).toThrow(new InputError('x must be a tensor, got an array of 1; use tensor(x)'));
    expect(check(new Float32Array(2))).toThrow('got an object (Float32Array); use tensor(x)');
    expect(check(undefined)).toThrow('x must be a tensor, got undefined');
    expect(check({ x: 1 })).toThrow('x must be a tensor, got a record { x }');
    expect(check(Promise.resolve())).toThrow('x must be a tensor, got a promise');
  });

  it('refuses other types and disposed tensors', () => {
    expect(check(tensor1d([true], 'bool'))).toThrow("x must be float32, got bool; use cast(x, 'float32')");
    expect(check(tensor1d([1], 'int32'))).toThrow('x must be float32, got int32');
    expect(check(tensor1d(['a']), 'int32', 'float32')).toThrow('x must be int32 or float32, got string');
    const gone = tensor1d([1]);
    gone.dispose();
    expect(check(gone)).toThrow('x must be a tensor in use, got one that was disposed before');
  });
});

describe('requireKey', () => {
  it('takes keys and says how to make one of a seed', () => {
    expect(() => requireKey('key', key('run', 3))).not.toThrow();
    const check = (value: unknown) => () => requireKey('key', value as Key);
    expect(check(3)).toThrow(new InputError("key must be a key, such as key('run', 3), got number 3"));
    expect(check(undefined)).toThrow("key must be a key, such as key('run', 7), got undefined");
    expect(check({ key: 7 })).toThrow('got a record { key }');
    expect(() => exampleKeys(7 as unknown as Key, 2)).toThrow("such as key('run', 7), got number 7");
  });

  it('names are strings or integers', () => {
    expect(() => key('run', undefined as unknown as string)).toThrow(
      'must be a string or an integer >= 0, got undefined',
    );
    expect(() => key('run', 0.5)).toThrow('child of key run must be a string or an integer >= 0, got 0.5');
  });
});

describe('outputOf', () => {
  const x = () =>
    tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  const given = (model: unknown) => () => outputOf(model as Classifier, x());

  it('gives a tensor of its own, whatever the model returns', () => {
    const inputs = x();
    const constant = tensor1d([1, 2, 3]);
    const before = memory().numTensors;
    for (const model of [(v: Tensor) => v, () => constant, (v: Tensor) => mul(mul(v, 1), 2)]) {
      const output = outputOf(model, inputs);
      expect(memory().numTensors).toBe(before + 1);
      output.dispose();
    }
    expect(inputs.isDisposed || constant.isDisposed).toBe(false);
  });

  it('is differentiable', () => {
    const slope = grad((v: Tensor) =>
      sum(
        mul(
          outputOf((w) => w, v),
          v,
        ),
      ),
    )(x());
    expect(slope.arraySync()).toEqual([
      [2, 4],
      [6, 8],
      [10, 12],
    ]);
  });

  it('refuses what is no model', () => {
    const network = sequential({ layers: [layers.dense({ units: 2, inputShape: [2] })] });
    const way = 'a tfjs-layers model becomes one by fromLayersModel(model) of @advml/models';
    expect(given(network)).toThrow(InputError);
    expect(given(network)).toThrow(way);
    expect(given((v: Tensor) => network.apply(v))).not.toThrow();
    expect(given({ init: () => ({}), apply: (_: unknown, v: Tensor) => v })).toThrow('classifier(network, params)');
    expect(given(undefined)).toThrow('a model must be a function from inputs to outputs, got undefined');
    expect(given([1, 2])).toThrow('got an array of 2');
  });

  it('refuses outputs that are none', () => {
    expect(given((v: Tensor) => [v, v])).toThrow(
      'a model must give one tensor, got an array of 2; pick one: (x) => model(x)[0]',
    );
    expect(given(async (v: Tensor) => v)).toThrow('a model must give a tensor at once here, got a promise');
    expect(given(() => undefined)).toThrow('got undefined');
    expect(given((v: Tensor) => cast(v, 'int32'))).toThrow("the model's output must be float32, got int32");
    expect(given((v: Tensor) => sum(v))).toThrow('one output an example, of 3, got shape []');
    expect(given(() => tensor1d([1, 2]))).toThrow('one output an example, of 3, got shape [2]');
  });

  it('leaves no tensor where it refuses', () => {
    const inputs = x();
    const before = memory().numTensors;
    expect(() => outputOf((v) => sum(v), inputs)).toThrow();
    expect(memory().numTensors).toBe(before);
  });
});

describe('lossOf', () => {
  const given = (loss: unknown) => () => lossOf(loss as Loss, tensor1d([1, 2]), tensor1d([1, -1]));

  it('gives losses of their own, even where the loss is the output', () => {
    const output = tensor1d([0, 1]);
    const before = memory().numTensors;
    const losses = lossOf((own) => own as Tensor1D, output, tensor1d([1, 1]));
    expect([...losses.dataSync()]).toEqual([0, 1]);
    losses.dispose();
    expect(output.isDisposed).toBe(false);
    expect(memory().numTensors).toBe(before + 1); // the labels
    expect([...lossOf(margin, output, tensor1d([1, -1])).dataSync()]).toEqual([-0, 1]);
  });

  it('refuses what is no loss, as requireLoss does', () => {
    const what = 'loss must be a function of outputs and labels, such as margin, got';
    for (const [loss, got] of [
      ['margin', 'string margin'],
      [undefined, 'undefined'],
      [{ margin }, 'a record { margin }'],
    ] as const) {
      expect(given(loss)).toThrow(new InputError(`${what} ${got}`));
      expect(() => requireLoss(loss as unknown as Loss)).toThrow(new InputError(`${what} ${got}`));
    }
    expect(() => requireLoss(margin)).not.toThrow();
  });

  it('refuses what is not one number an example', () => {
    expect(given((output: Tensor) => sum(output))).toThrow('what the loss gives must have shape [2], got []');
    expect(given(async () => 0)).toThrow('what the loss gives must be a tensor, got a promise');
    expect(given(() => 0)).toThrow('what the loss gives must be a tensor, got number 0');
  });
});

it('requireNames refuses what is no list, names of no parameter, and state', () => {
  const params = { weight: 1, mean: 2 };
  const check = (names: unknown, ...given: unknown[]) => {
    return () => requireNames('only', names as string[], ...(given as [Record<string, unknown>, string[]]));
  };
  for (const good of [check(['any']), check([], {}), check(['mean'], params), check(['weight'], params, ['mean'])])
    expect(good).not.toThrow();
  expect(check('weight')).toThrow(
    new InputError("only must be an array of names, such as ['layer1.weight'], got string weight"),
  );
  expect(check(undefined)).toThrow('got undefined');
  expect(check(['bias'], params)).toThrow(new InputError("no parameter is called 'bias'; there are weight, mean"));
  expect(check(['weight', 'mean'], params, ['mean'])).toThrow(
    new InputError("'mean' is state of the network, which gradients do not train; leave it out of only"),
  );
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

  it('refuses a listener that is none', () => {
    const told = (onStep: unknown) => () => requireOptions<object>('climb', { onStep }, { onStep: true } as object);
    for (const listener of [undefined, () => {}]) expect(told(listener)).not.toThrow();
    expect(told(5)).toThrow(new InputError('onStep must be a function, got number 5'));
  });

  it('refuses what is no record', () => {
    const least = 'climb takes one record of options { steps, stepSize }, got';
    expect(check(undefined)).toThrow(`${least} none`);
    expect(check(null)).toThrow(`${least} null`);
    expect(check(7)).toThrow(`${least} number 7`);
    expect(check([1])).toThrow(`${least} an array`);
    expect(check(tensor2d([[1, 2]]))).toThrow(`${least} a float32 tensor [1,2]`);
  });
});
