// Networks as steps: what they compute, that transposes are transposes, and that absolute maps are those of the absolute entries.
import { type AffineStep, classifier, InputError, key, type Network, type Params, type Step } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  abs,
  add,
  div,
  eye,
  gather,
  leakyRelu,
  matMul,
  max,
  mul,
  norm,
  notEqual,
  relu,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tanh,
  tensor,
  tidy,
  transpose,
  where,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  activation,
  averagePooling,
  batchNormalization,
  cnn,
  convolution,
  dense,
  flatten,
  globalAveragePooling,
  groupNormalization,
  layeredNetwork,
  maxPooling,
  mlp,
  piecewiseLinear,
  polynomial,
  randomFeatures,
  residual,
  resnet,
  sequential,
  symmetricTwoLayer,
  withFixed,
} from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

/** All parameters random, variances positive. */
function randomParams(network: Network): Params {
  return Object.fromEntries(
    Object.entries(network.parameters ?? {}).map(([name, { shape }]) => {
      const values = key('steps', name).normal(
        shape.reduce((product, length) => product * length, 1),
        0.5,
      );
      return [name, tensor(name.endsWith('running_var') ? values.map((v) => 0.5 + Math.abs(v)) : values, [...shape])];
    }),
  );
}

/** What the steps compute, by their own parts: maps and biases, knots and slopes, windows. */
function run(steps: readonly Step[], x: Tensor): Tensor {
  const values = [x];
  for (const [at, step] of steps.entries()) {
    const [first, ...others] = (step.from ?? [at]).map((value) => values[value]);
    values.push(one(step, first, others));
  }
  return values[steps.length];
}

function one(step: Step, x: Tensor, others: readonly Tensor[]): Tensor {
  switch (step.kind) {
    case 'affine':
      return step.bias ? add(step.map.apply(x), step.bias()) : step.map.apply(x);
    case 'bend': {
      const { knots, slopes, value } = step.pieces;
      return knots.reduce<Tensor>(
        (y, knot, j) => add(y, mul(relu(sub(x, knot)), slopes[j + 1] - slopes[j])),
        add(mul(sub(x, knots[0]), slopes[0]), value),
      );
    }
    case 'max': {
      const rows = reshape(x, [x.shape[0], -1]);
      const entries = tensor(
        Array.from(step.windows, (entry) => Math.max(entry, 0)),
        [step.windows.length],
        'int32',
      );
      const inside = tensor(
        Array.from(step.windows, (entry) => entry >= 0),
        [step.windows.length],
        'bool',
      );
      const seen = where(inside, gather(rows, entries as never, 1), -Infinity);
      return reshape(max(reshape(seen, [x.shape[0], -1, step.width]), 2), [x.shape[0], ...step.shape]);
    }
    case 'sum':
      return others.reduce((total, other) => add(total, other), x);
  }
}

const image = { inputs: [6, 5, 2], outputs: 3 } as const;
const odd = piecewiseLinear({ knots: [-1, 0.25], slopes: [2, -1, 0.5], value: 0.5 });

const NETWORKS: Readonly<Record<string, Network>> = {
  perceptron: mlp({ inputs: 4, hidden: [6, 5], outputs: 3 }),
  'perceptron with a score': mlp({ inputs: 4, hidden: [6], outputs: 'score', activation: leakyRelu }),
  'perceptron with an activation of its own': mlp({ inputs: 4, hidden: [6], outputs: 3, activation: odd }),
  'perceptron of absolute values': mlp({ inputs: 4, hidden: [6], outputs: 3, activation: abs }),
  'linear model': mlp({ inputs: 4, hidden: [], outputs: 3 }),
  'convolutional network': cnn({ ...image, filters: [3, 4], norm: 'batch', hidden: [5] }),
  'convolutional network with means': cnn({ ...image, filters: [3], pooling: 'average', strides: [2], hidden: [] }),
  'residual network': resnet({ ...image, filters: [2, 3], blocks: 2 }),
  windows: layeredNetwork({
    name: 'windows',
    inputShape: [7, 6, 2],
    layers: sequential({
      conv1: convolution({ filters: 3, size: 2, stride: 2, padding: 1, bias: false }),
      block: residual({ body: sequential({ pool: averagePooling({ size: 3, stride: 1, padding: 'same' }) }) }),
      pool: maxPooling({ size: 3, stride: 2, padding: 'same' }),
      norm: batchNormalization(),
      means: globalAveragePooling(),
      dense: dense({ neurons: 2, bias: false }),
    }),
  }),
  'symmetric network': symmetricTwoLayer({ inputs: 5, neurons: 7, initialDeviation: 1, evaluation: 'plain' }),
  'linear polynomial': polynomial({ inputs: 4, degree: 1 }),
  'odd linear polynomial': polynomial({ inputs: 4, degree: 1, odd: true }),
  'random features': randomFeatures({ inputs: 4, features: 6 }),
};

const inputsOf = ({ inputShape }: Network, batch = 3) => {
  const shape = [batch, ...inputShape];
  return tensor(key('inputs').normal(shape.reduce((product, length) => product * length, 1)), shape);
};

describe.each(Object.entries(NETWORKS))('the steps of a %s', (_name, network) => {
  it('compute what the network does', () => {
    const params = randomParams(network);
    const x = inputsOf(network);
    const steps = classifier(network, params).steps!()!;
    const outputs = run(steps, x);
    expect(reshape(outputs, [-1])).toBeAllClose(reshape(network.apply(params, x), [-1]), {
      relative: 1e-5,
      absolute: 1e-5,
    });
    expect(outputs.shape).toEqual([3, ...steps[steps.length - 1].shape]);
  });

  it('have maps, transposes and absolute maps that belong together', () => {
    const steps = network.steps!(randomParams(network))!;
    for (const [at, step] of steps.entries()) {
      if (step.kind !== 'affine') continue;
      const input = (step.from ?? [at]).map((value) => (value === 0 ? network.inputShape : steps[value - 1].shape))[0];
      const [matrix, transposed] = matricesOf(step.map, input, step.shape);
      expect(transposed, step.name).toBeAllClose(transpose(matrix), { absolute: 1e-6 });
      const [absolute, back] = matricesOf(step.absolute, input, step.shape);
      expect(absolute, step.name).toBeAllClose(abs(matrix), { absolute: 1e-6 });
      expect(back, step.name).toBeAllClose(transpose(abs(matrix)), { absolute: 1e-6 });
      const products = [0, 1].map((axis) => Math.max(...numbersOf(sum(notEqual(matrix, 0), axis))));
      expect(step.terms, step.name).toBeGreaterThanOrEqual(Math.max(...products) - (step.terms === 0 ? 1 : 0));
    }
  });

  it('make no tensors that stay', async () => {
    const params = randomParams(network);
    const x = inputsOf(network);
    await expectNoLeak(() => tidy(() => void run(network.steps!(params)!, x)));
  });
});

const lengthOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** The matrices of a map and of its transpose, one unit vector a row at a time: [out, in] and [in, out]. */
function matricesOf(map: AffineStep['map'], input: readonly number[], output: readonly number[]): [Tensor2D, Tensor2D] {
  const [columns, rows] = [lengthOf(input), lengthOf(output)];
  const forward = map.apply(reshape(eye(columns), [columns, ...input]));
  const back = map.transpose(reshape(eye(rows), [rows, ...output]));
  return [transpose(reshape(forward, [columns, rows])), transpose(reshape(back, [rows, columns]))];
}

it('withFixed hands the steps on, with what it holds', () => {
  const whole = NETWORKS.perceptron;
  const { 'layer1.weight': weight, ...free } = randomParams(whole);
  const network = withFixed(whole, { 'layer1.weight': weight });
  const x = inputsOf(whole);
  expect(run(network.steps!(free)!, x)).toBeAllClose(network.apply(free, x), { absolute: 1e-5 });
});

describe('the blocks of a convolution', () => {
  it.each([
    [{ filters: 3, size: 3 }],
    [{ filters: 2, size: 2, stride: 2 }],
    [{ filters: 4, size: 5, padding: 'valid' as const }],
    [{ filters: 2, size: 3, padding: 2 }],
  ])('bound its matrix: %o', (options) => {
    const layer = convolution(options);
    const shape = [6, 5, 2];
    const weight = tensor(key('blocks').normal(2 * options.filters * options.size ** 2), [
      options.filters,
      2,
      options.size,
      options.size,
    ]);
    const [step] = layer.steps!({ weight, bias: tensor(new Array(options.filters).fill(0)) }, shape) as [AffineStep];
    const [matrix] = matricesOf(step.map, shape, step.shape);
    const { matrices, error } = step.blocks!();
    const largest = Math.max(...numbersOf(spectralNorms(matrices)));
    const own = numbersOf(spectralNorms(reshape(matrix, [1, ...matrix.shape])))[0];
    expect(own).toBeLessThanOrEqual(largest + error);
    expect(largest).toBeLessThan(2.5 * own);
    expect(error).toBeLessThan(1e-4 * largest);
  });
});

/** Largest singular values of a stack of matrices, by power iteration. */
function spectralNorms(stack: Tensor): Tensor {
  const [count, , columns] = stack.shape;
  let v = tensor(key('power').normal(count * columns!), [count, columns!, 1]);
  for (let round = 0; round < 300; round++) {
    const next = matMul(stack, matMul(stack, v), true);
    v = div(next, norm(next, 2, 1, true));
  }
  return norm(matMul(stack, v), 2, 1);
}

describe('what bounds cannot go through', () => {
  const stepsOf = (layers: Parameters<typeof sequential>[0], inputShape: readonly number[]) => {
    const network = layeredNetwork({ name: 'odd one', inputShape, layers: sequential(layers) });
    return () => network.steps!(randomParams(network));
  };
  it('is refused by the name of the layer', () => {
    const grouped = stepsOf({ norm1: groupNormalization({ groups: 1 }), flatten: flatten() }, [2, 2, 2]);
    expect(grouped).toThrow(InputError);
    expect(grouped).toThrow(/layer 'norm1' \(group normalization, 1 groups\); they go through .* relu, leakyRelu/);
    expect(stepsOf({ dense1: dense({ neurons: 2 }), act1: activation(tanh) }, [2])).toThrow(/layer 'act1'/);
    const body = sequential({ act: activation((x) => mul(x, x)) });
    expect(stepsOf({ block: residual({ body }) }, [2])).toThrow(/layer 'act'/);
    expect(() => polynomial({ inputs: 2, degree: 2 }).steps!({})).toThrow(/degree 2; they can for degree 1/);
    const smoothed = symmetricTwoLayer({ inputs: 2, neurons: 2, initialDeviation: 1, noise: 0.1 });
    expect(() => smoothed.steps!(randomParams(smoothed))).toThrow(/evaluation 'plain'/);
  });
});

describe('piecewiseLinear', () => {
  it('is the function of its knots and slopes', () => {
    const values = odd(tensor([-2, -1, 0, 0.25, 1.25]));
    expect(values).toBeAllClose([-1.5, 0.5, -0.5, -0.75, -0.25], { absolute: 1e-6 });
  });

  it.each([
    [{ knots: [], slopes: [1], value: 0 }, /knots must be finite numbers that ascend/],
    [
      { knots: [1, 0], slopes: [1, 2, 3], value: 0 },
      /knots must be finite numbers that ascend, at least one, got \[1,0\]/,
    ],
    [{ knots: [0], slopes: [1], value: 0 }, /slopes must be 2 finite numbers/],
    [{ knots: [0], slopes: [1, Number.NaN], value: 0 }, /slopes must be 2 finite numbers/],
    [{ knots: [0], slopes: [1, 2], value: Infinity }, /value must be a finite number, got Infinity/],
  ])('refuses %o', (pieces, message) => {
    expect(() => piecewiseLinear(pieces)).toThrow(message);
  });
});
