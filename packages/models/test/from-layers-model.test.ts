// Models of tfjs-layers: logits are those whose softmax or sigmoid the model itself predicts.
import { InputError } from '@advml/core';
import { fromLayersModel } from '@advml/models';
import { expectNoLeak, finiteDifference, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import {
  input,
  model as joined,
  layers,
  type Sequential,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => useWasm());

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5));
const points = () =>
  tf.tensor2d([
    [0.3, -1.2, 0.7],
    [2, 1, -0.5],
  ]);
const hidden = (units = 4) => layers.dense({ units, activation: 'tanh', inputShape: [3] });
const apply = (layer: unknown, ...x: SymbolicTensor[]) =>
  (layer as ReturnType<typeof layers.dense>).apply(x.length === 1 ? x[0] : x) as SymbolicTensor;

/** The model's own answer, which computing it as a classifier does not change. */
function expectLogits(model: Sequential, squeeze: (x: tf.Tensor) => tf.Tensor, note: string) {
  const predicted = () => numbersOf(model.predict(points()) as tf.Tensor);
  const before = predicted();
  const classifier = fromLayersModel(model);
  const logits = classifier(points());
  expect(numbersOf(squeeze(logits))).toEqual(close(before));
  expect(numbersOf(logits)).not.toEqual(close(before));
  expect(predicted()).toEqual(before);
  expect(classifier.notes.join('\n')).toContain(note);
}

describe('a last softmax is left out', () => {
  const last = (units = 3) => layers.dense({ units });
  it.each([
    ['as an activation', () => [layers.dense({ units: 3, activation: 'softmax' })], "(layer 'dense_Dense"],
    ['as an activation layer', () => [last(), layers.activation({ activation: 'softmax' })], "(layer 'activation_"],
    ['as a softmax layer', () => [last(), layers.softmax()], "(layer 'softmax_"],
    [
      'before layers that do nothing',
      () => [
        layers.dense({ units: 3, activation: 'softmax' }),
        layers.dropout({ rate: 0.5 }),
        layers.reshape({ targetShape: [1, 3] }),
        layers.flatten(),
      ],
      'dense_Dense',
    ],
    [
      'of the only step in time',
      () => [
        layers.reshape({ targetShape: [1, 4] }),
        layers.timeDistributed({ layer: layers.dense({ units: 3, activation: 'softmax' }) }),
        layers.flatten(),
      ],
      'dense_Dense',
    ],
    [
      'of a convolution',
      () => [
        layers.reshape({ targetShape: [2, 2, 1] }),
        layers.conv2d({ filters: 3, kernelSize: 2, activation: 'softmax' }),
        layers.flatten(),
      ],
      'conv2d_',
    ],
    [
      'in a model within',
      () => [
        sequential({
          layers: [
            layers.dense({ units: 5, inputShape: [4], activation: 'relu' }),
            layers.dense({ units: 3, activation: 'softmax', name: 'inner' }),
          ],
        }),
      ],
      "(layer 'inner')",
    ],
  ])('%s', (_name, ends, note) => {
    const model = sequential({ layers: [hidden(), ...(ends() as ReturnType<typeof layers.dense>[])] });
    expectLogits(model, (x) => tf.softmax(x), note);
    const { inputShape, outputs } = fromLayersModel(model);
    expect([inputShape, outputs]).toEqual([[3], 3]);
  });

  it('in a model within a model that has other outputs', () => {
    const x = input({ shape: [3] });
    const twoEnds = (() => {
      const inner = input({ shape: [3] });
      const ends = [layers.dense({ units: 2 }), layers.dense({ units: 3, activation: 'softmax', name: 'classes' })];
      return joined({ inputs: inner, outputs: ends.map((end) => apply(end, inner)) });
    })();
    const [, classes] = twoEnds.apply(x) as SymbolicTensor[];
    const model = joined({ inputs: x, outputs: classes });
    const logits = fromLayersModel(model)(points());
    expect(numbersOf(tf.softmax(logits as tf.Tensor2D))).toEqual(
      close(numbersOf(model.predict(points()) as tf.Tensor)),
    );
  });

  it('but several side by side stay', () => {
    const pixels = layers.conv2d({ filters: 3, kernelSize: 1, activation: 'softmax', inputShape: [1, 2, 1] });
    const model = sequential({ layers: [pixels, layers.flatten()] });
    const x = tf.tensor4d([1, -2], [1, 1, 2, 1]);
    expect(numbersOf(fromLayersModel(model)(x))).toEqual(numbersOf(model.predict(x) as tf.Tensor));
    expect(fromLayersModel(model).notes).toEqual([]);
  });

  it('but a recurrent layer keeps what it computes with', () => {
    const units = { units: 2, recurrentInitializer: 'glorotUniform' as const };
    const model = sequential({ layers: [layers.lstm({ ...units, activation: 'sigmoid', inputShape: [2, 3] })] });
    const x = tf.ones([1, 2, 3]);
    expect(numbersOf(fromLayersModel(model)(x))).toEqual(numbersOf(model.predict(x) as tf.Tensor));
  });
});

describe('one number an example', () => {
  it.each([
    ['sigmoid', (x: tf.Tensor) => tf.sigmoid(x)],
    ['hardSigmoid', (x: tf.Tensor) => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1)],
  ] as const)('is a score, without its %s', (activation, squeeze) => {
    const model = sequential({ layers: [hidden(), layers.dense({ units: 1, activation })] });
    expectLogits(model, squeeze, 'labels are -1 and +1');
    expect(fromLayersModel(model)(points()).shape).toEqual([2]);
  });
});

describe('the model is that of evaluation', () => {
  const model = () =>
    sequential({
      layers: [
        hidden(),
        layers.batchNormalization(),
        layers.dropout({ rate: 0.9 }),
        layers.dense({ units: 2, activation: 'softmax' }),
      ],
    });

  it('under a gradient, too', () => {
    const classifier = fromLayersModel(model());
    const loss = (x: tf.Tensor) =>
      tf.sum(
        tf.mul(
          classifier(x),
          tf.tensor2d([
            [1, -2],
            [0.5, 3],
          ]),
        ),
      ) as tf.Scalar;
    const expected = [...finiteDifference(loss, points())];
    expect(numbersOf(tf.grad(loss)(points()))).toEqual(expected.map((value) => expect.closeTo(value, 2)));
  });

  it('and follows it when it is trained on', () => {
    const trained = model();
    const classifier = fromLayersModel(trained);
    const before = numbersOf(classifier(points()));
    trained.setWeights(trained.getWeights().map((weight) => tf.mul(weight, 2)));
    expect(numbersOf(classifier(points()))).not.toEqual(before);
    classifier.dispose();
    expect(() => classifier(points())).toThrow('was disposed');
    expect((trained.predict(points()) as tf.Tensor).shape).toEqual([2, 2]);
  });

  it('leaves no tensor behind', () => {
    const classifier = fromLayersModel(model());
    return expectNoLeak(() => tf.tidy(() => void tf.grad((x) => tf.sum(classifier(x)))(points())));
  });

  it('is whole again after a call that fails', () => {
    const end = layers.dense({ units: 2, activation: 'softmax' });
    const broken = sequential({ layers: [hidden(), end] });
    const classifier = fromLayersModel(broken);
    broken.dispose();
    expect(() => classifier(points())).toThrow('disposed');
    expect((end as unknown as { activation: { getClassName(): string } }).activation.getClassName()).toBe('softmax');
  });
});

describe('what cannot be taken, or must be named', () => {
  const x = () => input({ shape: [3] });
  const several = () => {
    const from = x();
    const ends = ['a', 'b'].map((name) => apply(layers.dense({ units: 2, name, activation: 'softmax' }), from));
    return joined({ inputs: from, outputs: ends });
  };
  const twice = () => {
    const from = x();
    const shared = layers.activation({ activation: 'softmax', name: 'twice' });
    return joined({ inputs: from, outputs: apply(shared, apply(layers.dense({ units: 3 }), apply(shared, from))) });
  };
  const within = () =>
    sequential({ layers: [layers.dense({ units: 3, activation: 'softmax', inputShape: [3], name: 'within' })] });
  const calledTwice = () => {
    const [from, inner] = [x(), within()];
    return joined({ inputs: from, outputs: apply(inner, apply(inner, from)) });
  };
  const calledOnItself = () => {
    const inner = within();
    return sequential({ layers: [inner, inner] as never });
  };
  const rnn = { units: 2, stateful: true, recurrentInitializer: 'glorotUniform' as const, name: 'memory' };
  const pair = () => {
    const inputs = [x(), x()];
    return joined({ inputs, outputs: apply(layers.add(), ...inputs) });
  };
  it.each([
    ['several inputs', () => fromLayersModel(pair()), 'has 2 inputs; hold all but one fast'],
    ['several outputs', () => fromLayersModel(several()), 'output must be one of a, b, got none for 2 outputs'],
    ['an unknown output', () => fromLayersModel(several(), { output: 'c' }), "one of a, b, got 'c'"],
    [
      'rows of numbers',
      () => fromLayersModel(sequential({ layers: [layers.reshape({ targetShape: [3, 2], inputShape: [6] })] })),
      'this output has shape [3, 2]',
    ],
    [
      'a softmax over one number',
      () =>
        fromLayersModel(sequential({ layers: [layers.dense({ units: 1, activation: 'softmax', inputShape: [3] })] })),
      'is 1 whatever the input',
    ],
    [
      'an activation used twice',
      () => fromLayersModel(twice()),
      "layer 'twice' ends the model in a softmax, and is used 2 times",
    ],
    [
      'a model within that is called twice',
      () => fromLayersModel(calledTwice()),
      "layer 'within' ends the model in a softmax",
    ],
    ['a model within that is called on itself', () => fromLayersModel(calledOnItself()), 'and is used 2 times'],
    [
      'a state',
      () => fromLayersModel(sequential({ layers: [layers.gru({ ...rnn, batchInputShape: [1, 2, 3] })] })),
      "layer 'memory' is stateful",
    ],
    ['a model that is not built', () => fromLayersModel(sequential()), 'give its first layer an inputShape'],
    ['something else', () => fromLayersModel((() => 1) as never), 'takes a model of tfjs-layers, got a function'],
    ['another option', () => fromLayersModel(several(), { outputs: 'a' } as never), 'outputs'],
  ])('%s', (_name, make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });

  it('a last layer that another model has as well', () => {
    const [from, other] = [x(), x()];
    const shared = layers.dense({ units: 3, activation: 'softmax' });
    const [model] = [from, other].map((input) => joined({ inputs: input, outputs: apply(shared, input) }));
    expect(fromLayersModel(model).notes).toHaveLength(1);
  });

  it('an output by its name', () => {
    const model = several();
    const [, second] = model.predict(points()) as tf.Tensor[];
    const logits = fromLayersModel(model, { output: 'b' })(points());
    expect(numbersOf(tf.softmax(logits as tf.Tensor2D))).toEqual(close(numbersOf(second)));
  });

  it('whole numbers are noted', () => {
    const embedding = layers.embedding({ inputDim: 5, outputDim: 2, inputLength: 3, name: 'words' });
    const model = sequential({ layers: [embedding, layers.flatten(), layers.dense({ units: 2 })] });
    expect(fromLayersModel(model).notes).toEqual([expect.stringContaining("layer 'words' reads whole numbers")]);
  });
});
