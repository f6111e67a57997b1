/// <reference types="vite/client" />
import { useWasm } from '@advml/wasm';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import {
  avgPool,
  batchNorm,
  conv2d,
  depthwiseConv2d,
  engine,
  fill,
  grad,
  grads,
  matMul,
  max,
  maxPool,
  mul,
  reshape,
  setBackend,
  slice,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tanh,
  tensor1d,
  tensor2d,
  tensor4d,
  unsortedSegmentSum,
  zeros,
} from '@tensorflow/tfjs-core';

/** What a page that uses the built package must be able to do. Read by `../browser.mjs`. */
declare global {
  var findings: Finding[] | undefined;
}

interface Finding {
  readonly name: string;
  readonly error?: string;
}

function near(actual: Tensor, expected: readonly number[], tolerance = 1e-5) {
  const values = Array.from(actual.dataSync());
  const off =
    values.length !== expected.length || values.some((value, at) => !(Math.abs(value - expected[at]) <= tolerance));
  if (off) throw new Error(`got ${values}, should be ${expected}`);
}

const a = () => tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
const b = () => tensor2d([1, 0, -1, 2, 1, 0], [2, 3]);

const paths = { 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd };

type Checks = Record<string, () => void | Promise<void>>;

/** What is there with the native module only. */
const native: Checks = {
  'useWasm starts the backend': async () => {
    const status = await useWasm({ wasmPaths: paths });
    if (!(status.simd && status.threads === 1 && status.fused)) throw new Error(JSON.stringify(status));
    const { kernels, relaxed } = status.compute;
    if (!(kernels === 'native' && relaxed)) throw new Error(JSON.stringify(status.compute));
  },

  'random numbers of a key, as on the host': () => {
    const words = tensor2d([802729265, 1923167955], [1, 2], 'int32'); // of key('run', 7) in packages/core
    const numbers = engine().runKernel('KeyNormal', { words }, { shape: [3], deviation: 1 }) as Tensor;
    near(numbers, [-0.62557452917099, -1.670972228050232, -0.32456809282302856], 0);
  },
};

const computations: Checks = {
  'products, transposed or not': () => {
    near(matMul(a(), b(), false, true), [-2, 4, -2, 13]);
    near(matMul(a(), b(), true, false), [9, 4, -1, 12, 5, -2, 15, 6, -3]);
    near(matMul(a(), matMul(b(), a(), true, false)), [14, 16, 18, 50, 61, 72]);
  },

  'products of whole numbers, larger than a block, after the memory has grown': () => {
    const [m, k, n] = [100, 300, 520];
    const left = Array.from({ length: m * k }, (_, at) => (at % 7) - 3);
    const right = Array.from({ length: k * n }, (_, at) => (at % 11) - 5);
    const expected = Array.from({ length: m * n }, (_, at) => {
      const [row, column] = [Math.floor(at / n), at % n];
      let sum = 0;
      for (let term = 0; term < k; term++) sum += left[row * k + term] * right[term * n + column];
      return sum;
    });
    const [a2, b2] = [tensor2d(left, [m, k]), tensor2d(right, [k, n])];
    near(matMul(a2, b2), expected, 0);
    const large = zeros([2 ** 24]);
    near(matMul(a2, b2), expected, 0);
    large.dispose();
  },

  'a gradient by differences': () => {
    const f = (x: Tensor) => sum(tanh(matMul(x, b(), false, true)));
    const step = 2 ** -7;
    const point = (by: number) => tensor2d([0.1, 0.2 + by, 0.3, 0.4, 0.5, 0.6], [2, 3]);
    const slope = (f(point(step)).dataSync()[0] - f(point(-step)).dataSync()[0]) / (2 * step);
    near(slice(grad(f)(point(0)), [0, 1], [1, 1]), [slope], 1e-3);
  },

  'max pooling of negative windows': () => {
    const x = tensor4d([-4, -3, -2, -5], [1, 2, 2, 1]);
    near(grad((image) => maxPool(image as Tensor4D, 2, 2, 'valid'))(x), [0, 0, 1, 0]);
  },

  'average pooling': () => {
    const x = tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    near(grad((image) => avgPool(image as Tensor4D, 2, 1, 'valid'))(x), [0.25, 0.5, 0.25, 0.25, 0.5, 0.25]);
  },

  'batch normalization': () => {
    const [mean, variance, offset, scale] = [[1], [3], [0.5], [2]].map((values) => tensor1d(values));
    const norm = (x: Tensor) => batchNorm(x as Tensor2D, mean, variance, offset, scale, 1);
    near(norm(tensor2d([1, 3, -1], [3, 1])), [0.5, 2.5, -1.5]);
    near(grad(norm)(tensor2d([1, 3, -1], [3, 1])), [1, 1, 1]);
  },

  'sums of segments and over any axes': () => {
    const x = tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    near(unsortedSegmentSum(x, tensor1d([1, 0, 1], 'int32'), 2), [3, 4, 6, 8]);
    near(sum(reshape(x, [1, 3, 2]), 1), [9, 12]);
  },

  'convolutions of whole numbers and their gradients, larger than a block': () => {
    const [rows, channels, filters] = [24, 32, 40];
    const values = (length: number, modulus: number) =>
      Array.from({ length }, (_, at) => (at % modulus) - (modulus >> 1));
    const x = tensor4d(values(2 * rows * rows * channels, 7), [2, rows, rows, channels]);
    const filter = tensor4d(values(9 * channels * filters, 5), [3, 3, channels, filters]);
    const y = conv2d(x, filter, 1, 'same');
    // By Euler's theorem for homogeneous functions, <dy, y> is <gradient, x>, and <gradient, filter>, too.
    const energy = (image: Tensor, weights: Tensor) =>
      sum(square(conv2d(image as Tensor4D, weights as Tensor4D, 1, 'same')));
    const twice = [2 * sum(square(y)).dataSync()[0]];
    const [ofImage, ofFilter] = grads(energy)([x, filter]);
    near(sum(mul(ofImage, x)), twice, 1e-4 * twice[0]);
    near(sum(mul(ofFilter, filter)), twice, 1e-4 * twice[0]);
    const at = (row: number, column: number, channel: number) => x.arraySync()[0][row]?.[column]?.[channel] ?? 0;
    const weights = filter.arraySync();
    let corner = 0;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        for (let channel = 0; channel < channels; channel++)
          corner += at(i - 1, j - 1, channel) * weights[i][j][channel][0];
      }
    }
    near(slice(y, [0, 0, 0, 0], [1, 1, 1, 1]), [corner], 0);
  },

  'gradients of a depthwise convolution': () => {
    const x = tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
    const filter = tensor4d([1, -1, 2, 0, 3, 1, -2, 5], [2, 2, 2, 1]);
    const total = (image: Tensor, weights: Tensor) =>
      sum(depthwiseConv2d(image as Tensor4D, weights as Tensor4D, 1, 'same'));
    const [ofImage, ofFilter] = grads(total)([x, filter]);
    near(ofImage, [1, -1, 3, -1, 4, 0, 4, 5]);
    near(ofFilter, [16, 20, 10, 12, 12, 14, 7, 8]);
  },

  'maxima that tie share the gradient, as in Node': () => {
    near(grad((x) => max(x))(tensor1d([1, 3, 3])), [0, 0.5, 0.5]);
  },

  'the two-layer network with sparse inputs, and a threshold for each entry': () => {
    const weight = fill([1, 8], 2);
    const bias = tensor2d([1, 10, -1], [1, 3]);
    const x = tensor2d(
      [3, 0, 0].flatMap((first) => [first, ...Array(7).fill(0)]),
      [3, 8],
    ); // preactivations 6, 0, 0
    const run = (weights: Tensor) =>
      (engine().runKernel('SymmetricTwoLayer', { x, weight: weights, bias }) as Tensor[])[0];
    near(run(weight), [5, 0, 0]);
    near(grad(run)(weight), [3, ...Array(7).fill(0)]);
  },

  'the two-layer network in one kernel': () => {
    const weight = tensor2d([3, -1], [2, 1]);
    const bias = tensor1d([1]);
    const run = (x: Tensor) => (engine().runKernel('SymmetricTwoLayer', { x, weight, bias }) as Tensor[])[0];
    const x = tensor2d([2, -2, 0.1, 0], [4, 1]);
    near(run(x), [5 - 1, -5 + 1, 0, 0]);
    near(grad(run)(x), [3 - 1, 3 - 1, 0, 0]);
  },
};

/** Where a page allows threads, the backend still starts with one. */
const isolated: Checks = {
  'the page is isolated': () => {
    if (!globalThis.crossOriginIsolated) throw new Error('it is not');
  },
  ...native,
  ...computations,
};

/** A backend that was started with threads before: compositions do the work, and one warning says why. */
const threaded: Checks = {
  'a backend with threads is left as it is': async () => {
    setWasmPaths({ ...paths, 'tfjs-backend-wasm-threaded-simd.wasm': threads });
    await setBackend('wasm');
    const warnings: unknown[] = [];
    const { warn } = console;
    console.warn = (...words) => warnings.push(words.join(' '));
    const [{ compute }] = [await useWasm(), await useWasm()];
    console.warn = warn;
    const reason = 'the memory of the backend is shared between threads';
    const expected = { kernels: 'composed', relaxed: false, reason };
    if (JSON.stringify(compute) !== JSON.stringify(expected)) throw new Error(JSON.stringify(compute));
    if (String(warnings) !== `@advml/wasm: slower products, because ${reason}`) throw new Error(String(warnings));
  },
  ...computations,
};

const withoutBinaries: Checks = {
  'useWasm says what is missing': async () => {
    const message = await useWasm({ wasmPaths: '/nowhere/' }).then(() => 'it started', String);
    if (!message.includes('serve its .wasm files and name their URLs')) throw new Error(message);
  },
};

const visits: Record<string, Checks> = {
  '': { ...native, ...computations },
  '?nowhere': withoutBinaries,
  '?isolated': isolated,
  '?threads': threaded,
};

const found: Finding[] = [];
for (const [name, check] of Object.entries(visits[location.search])) {
  try {
    await check();
    found.push({ name });
  } catch (error) {
    found.push({ name, error: String(error) });
  }
}
globalThis.findings = found;
const failures = found.filter(({ error }) => error !== undefined);
document.title = failures.length === 0 ? 'ok' : failures.map(({ name, error }) => `${name}: ${error}`).join('; ');
