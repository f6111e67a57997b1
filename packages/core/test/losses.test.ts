import {
  type Classifier,
  crossEntropy,
  dlr,
  InputError,
  inputGradient,
  type Loss,
  logistic,
  margin,
  outputMargins,
  scaleFreeMargin,
} from '@advml/core';
import { requireLabels } from '@advml/core/internal';
import { expectNoLeak, finiteDifference, linearScore, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { grad, neg, type Scalar, square, sum, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

fc.configureGlobal({ seed: 7 }); // the same cases every time

beforeAll(() => useWasm());

const value = (loss: Loss, output: Tensor, y: number[]) => numbersOf(tidy(() => loss(output, tensor1d(y))));
const slopes = (loss: Loss, output: Tensor, y: number[]) =>
  numbersOf(grad((z: Tensor) => sum(loss(z, tensor1d(y))) as Scalar)(output));

const logit = fc.double({ min: -20, max: 20, noNaN: true }).map(Math.fround);
const example = fc.record({ z: fc.array(logit, { minLength: 2, maxLength: 5 }), label: fc.nat(1) });

describe('on scores', () => {
  const examples = fc.array(fc.tuple(logit, fc.constantFrom(-1, 1)), { minLength: 1, maxLength: 5 });

  it('logistic is log(1 + exp(-y f)), and so is crossEntropy; margin is -y f', () => {
    fc.assert(
      fc.property(examples, (rows) => {
        const [f, y] = [rows.map(([score]) => score), rows.map(([, label]) => label)];
        const expected = rows.map(([score, label]) => Math.log1p(Math.exp(-label * score)));
        expect(value(logistic, tensor1d(f), y)).toBeAllClose(expected, { relative: 1e-4, absolute: 1e-6 });
        expect(value(crossEntropy, tensor1d(f), y)).toBeAllClose(expected, { relative: 1e-4, absolute: 1e-6 });
        expect(value(margin, tensor1d(f), y)).toBeAllClose(
          rows.map(([score, label]) => -label * score),
          { relative: 1e-6 },
        );
      }),
    );
  });

  it('neither overflows nor loses its slope at 10,000 on the wrong side', () => {
    const f = tensor1d([1e4, -1e4, 1e4, -1e4]);
    const y = [1, 1, -1, -1];
    expect(value(logistic, f, y)).toBeAllClose([0, 1e4, 1e4, 0]);
    expect(slopes(logistic, f, y)).toBeAllClose([0, -1, 1, 0]);
    expect(slopes(margin, f, y)).toBeAllClose([-1, -1, 1, 1]);
  });

  it('has the slopes of finite differences', () => {
    const f = tensor1d([-2, -0.3, 0.4, 3]);
    const y = [1, -1, 1, -1];
    for (const loss of [logistic, crossEntropy, margin]) {
      const total = (z: Tensor) => sum(loss(z, tensor1d(y))) as Scalar;
      expect(slopes(loss, f, y)).toBeAllClose(finiteDifference(total, f, 0.05), { absolute: 1e-3 });
    }
  });
});

describe('on logits', () => {
  it('crossEntropy is log sum exp minus the own logit; margin is the best other logit minus the own', () => {
    fc.assert(
      fc.property(example, ({ z, label }) => {
        const largest = Math.max(...z);
        const total = z.reduce((all, each) => all + Math.exp(each - largest), 0);
        const rival = Math.max(...z.filter((_, k) => k !== label));
        const tolerance = { relative: 1e-4, absolute: 2e-5 };
        expect(value(crossEntropy, tensor2d([z]), [label])).toBeAllClose(
          largest + Math.log(total) - z[label],
          tolerance,
        );
        expect(value(margin, tensor2d([z]), [label])).toBeAllClose(rival - z[label], tolerance);
      }),
    );
  });

  it('neither overflows nor loses its slope at 10,000 on the wrong side', () => {
    const z = tensor2d([
      [1e4, -1e4, 0],
      [-1e4, 1e4, 0],
    ]);
    expect(value(crossEntropy, z, [0, 0])).toBeAllClose([0, 2e4]);
    expect(slopes(crossEntropy, z, [0, 0])).toBeAllClose([0, 0, 0, -1, 1, 0]);
    expect(value(margin, z, [0, 0])).toBeAllClose([-1e4, 2e4]);
    expect(slopes(margin, z, [0, 0])).toBeAllClose([-1, 0, 1, -1, 1, 0]);
  });

  it('has the slopes of finite differences', () => {
    const z = tensor2d([
      [0.3, -1, 2],
      [1, 0.2, -0.5],
    ]);
    for (const loss of [crossEntropy, margin]) {
      const total = (at: Tensor) => sum(loss(at, tensor1d([1, 0]))) as Scalar;
      expect(slopes(loss, z, [1, 0])).toBeAllClose(finiteDifference(total, z, 0.02), { absolute: 1e-3 });
    }
  });

  it('margin climbs towards one rival where several tie', () => {
    expect(slopes(margin, tensor2d([[0, 2, 2, 1]]), [0])).toBeAllClose([-1, 1, 0, 0]);
  });

  it('logistic is refused', () => {
    expect(() => logistic(tensor2d([[1, 2]]), tensor1d([0]))).toThrow('use crossEntropy for logits');
  });
});

describe('inputGradient', () => {
  const square2: Classifier = (x) => tidy(() => sum(square(x), 1));

  it('is the gradient of each example in its own input, with outputs and losses', () => {
    const x = tensor2d([
      [1, 2],
      [3, -1],
    ]);
    const { gradient, output, loss } = inputGradient(square2, x, tensor1d([1, -1]), margin);
    expect(gradient).toBeAllClose([-2, -4, 6, -2]);
    expect(output).toBeAllClose([5, 10]);
    expect(loss).toBeAllClose([-5, 10]);
  });

  it('does not see the rest of the batch', () => {
    const { model } = linearScore([1, -2, 3]);
    const rows = [
      [0.1, 0.2, 0.3],
      [4, 5, 6],
      [-1, 0, 1],
    ];
    const y = [1, -1, 1];
    const whole = numbersOf(inputGradient(model, tensor2d(rows), tensor1d(y), logistic).gradient);
    const alone = rows.flatMap((row, at) =>
      numbersOf(inputGradient(model, tensor2d([row]), tensor1d([y[at]]), logistic).gradient),
    );
    expect(alone).toHaveSameBits(whole);
  });

  it('keeps no tensor, even where model or loss throw', async () => {
    const [x, y] = [tensor2d([[1, 2]]), tensor1d([1])];
    await expectNoLeak(() => {
      for (const one of Object.values(inputGradient(square2, x, y, margin))) one.dispose();
      expect(() => inputGradient((input) => neg(input), x, y, logistic)).toThrow(InputError);
      const broken = (input: Tensor): never => {
        square2(input); // whose gradient tfjs keeps tensors for
        throw new TypeError('broken');
      };
      expect(() => inputGradient(broken, x, y, margin)).toThrow('broken');
    });
  });
});

describe('labels', () => {
  it('outputMargins is y f, or the own logit minus the best other, and NaN where an output is NaN', () => {
    expect(outputMargins(tensor1d([2, -3, Number.NaN]), tensor1d([1, 1, -1]))).toEqual(
      Float32Array.of(2, -3, Number.NaN),
    );
    const logits = tensor2d([
      [1, 5, 3],
      [1, 5, 3],
      [Number.NaN, 5, 3],
      [0, Number.NaN, 3],
    ]);
    expect(outputMargins(logits, tensor1d([1, 0, 2, 2], 'int32'))).toEqual(
      Float32Array.of(2, -4, Number.NaN, Number.NaN),
    );
  });

  it('is minus the margin loss', () => {
    fc.assert(
      fc.property(example, ({ z, label }) => {
        const loss = value(margin, tensor2d([z]), [label]);
        expect(outputMargins(tensor2d([z]), tensor1d([label]))).toBeAllClose(
          loss.map((each) => -each),
          { absolute: 1e-5 },
        );
      }),
    );
  });

  it.each<[string, () => Tensor, number[], string]>([
    ['class 0 for a score', () => tensor1d([1]), [0], 'labels must be -1 or +1 (the model gives scores), got 0'],
    ['a share for a score', () => tensor1d([1]), [0.5], 'got 0.5'],
    ['NaN for a score', () => tensor1d([1]), [Number.NaN], 'got NaN'],
    [
      '-1 for logits',
      () => tensor2d([[1, 2]]),
      [-1],
      'labels must be class indices 0..1 (the model gives logits), got -1',
    ],
    ['a class too high', () => tensor2d([[1, 2]]), [2], 'got 2'],
    ['a share for logits', () => tensor2d([[1, 2]]), [0.5], 'got 0.5'],
    ['too few labels', () => tensor1d([1, 2]), [1], 'labels must have shape [2], one an example, got [1]'],
    ['a single logit', () => tensor2d([[1]]), [0], 'logits [batch, 1] are ambiguous'],
  ])('refuses %s', (_, output, y, message) => {
    expect(() => requireLabels(output(), tensor1d(y))).toThrow(InputError);
    expect(() => requireLabels(output(), tensor1d(y))).toThrow(message);
  });
});

describe('losses without scale', () => {
  const five = fc.uniqueArray(logit, { minLength: 5, maxLength: 5, comparator: (a, b) => Math.abs(a - b) < 1e-2 });
  const run = (loss: Loss, z: readonly number[], y: number, rival?: number) =>
    numbersOf(
      tidy(() =>
        loss(tensor2d([[...z]]), tensor1d([y], 'int32'), rival === undefined ? undefined : tensor1d([rival], 'int32')),
      ),
    )[0];
  const others = (z: readonly number[], y: number) => Math.max(...z.filter((_, k) => k !== y));

  it('are the ratios of their definitions', () => {
    fc.assert(
      fc.property(five, fc.nat(4), fc.nat(4), (z, y, rival) => {
        const s = [...z].sort((a, b) => b - a);
        const near = { relative: 1e-4, absolute: 1e-5 };
        expect(run(dlr, z, y)).toBeAllClose(-(z[y] - others(z, y)) / (s[0] - s[2]), near);
        expect(run(dlr, z, y, rival)).toBeAllClose(-(z[y] - z[rival]) / (s[0] - (s[2] + s[3]) / 2), near);
        expect(run(scaleFreeMargin, z, y)).toBeAllClose(-(z[y] - others(z, y)) / (s[0] - s[4]), near);
        expect(run(margin, z, y, rival)).toBeAllClose(z[rival] - z[y], near);
        expect(run(crossEntropy, z, y, rival)).toBeAllClose(-run(crossEntropy, z, rival), near);
      }),
    );
  });

  it('change neither with an offset nor with the scale, however small or large', () => {
    const z = [3, 1, -1, 0.5, -2];
    for (const loss of [dlr, scaleFreeMargin])
      for (const rival of [undefined, 2]) {
        const plain = run(loss, z, 0, rival);
        expect(
          run(
            loss,
            z.map((value) => value + 7),
            0,
            rival,
          ),
        ).toBeAllClose(plain, { relative: 1e-5 });
        for (const scale of [2 ** 60, 2 ** -60])
          expect(
            run(
              loss,
              z.map((value) => value * scale),
              0,
              rival,
            ),
          ).toBeAllClose(plain, { relative: 1e-5 });
      }
  });

  it('are finite where logits tie', () => {
    for (const z of [
      [1, 1, 1, 1],
      [2, 2, 1, 1],
      [0, 0, 0, 5],
    ])
      for (const loss of [dlr, scaleFreeMargin]) expect(Number.isFinite(run(loss, z, 0))).toBe(true);
    expect(run(dlr, [1, 1, 1, 1], 0)).toBe(0);
  });

  it('have the slopes of finite differences', () => {
    const z = tensor2d([[3, 1, -1, 0.5, -2]]);
    const [y, rival] = [tensor1d([1], 'int32'), tensor1d([3], 'int32')];
    for (const loss of [dlr, scaleFreeMargin])
      for (const rivals of [undefined, rival]) {
        const total = (at: Tensor) => sum(loss(at, y, rivals)) as Scalar;
        expect(numbersOf(grad(total)(z))).toBeAllClose(finiteDifference(total, z, 0.02), { absolute: 1e-3 });
      }
  });

  it('are refused with too few classes, and the margin is named', () => {
    const [two, three] = [tensor2d([[1, 2]]), tensor2d([[1, 2, 3]])];
    const y = tensor1d([0], 'int32');
    expect(() => dlr(two, y)).toThrow('dlr needs logits of at least 3 classes, got logits of 2 classes; use margin');
    expect(() => dlr(tensor1d([1]), tensor1d([1]))).toThrow('got scores; use margin');
    expect(() => dlr(three, y, y)).toThrow('targetedDlr needs logits of at least 4 classes');
    expect(() => scaleFreeMargin(two, y)).toThrow('use margin');
  });
});
