// Matrix products against the kernel that ships with tfjs, and against PyTorch on one thread.
import { useWasm } from '@advml/wasm';
import { engine, getKernel, matMul, randomNormal, reshape } from '@tensorflow/tfjs-core';
import { measured } from './measured.mjs';
import { onStockKernels, tfjs } from './stock.mjs';
import { startTorch } from './torch.mjs';

export const title = 'Matrix products';
export const about = `N is an operand as it is, T a transposed one. PyTorch multiplies with the widest vectors that the processor has. Where
ours is near the limit, no other schedule could be much faster.`;

/** The products of a dense layer's weight gradient (first operand transposed) and input gradient (second transposed). */
const layers = [
  { name: '[512, 1024]^T x [512, 1024]', a: [512, 1024], b: [512, 1024], transposeA: true, transposeB: false },
  { name: '[64, 256]^T x [64, 256]', a: [64, 256], b: [64, 256], transposeA: true, transposeB: false },
];
const square = [1024, 1024];

/** Half of what 1024^3 usually gives against tfjs's untransposed product: below it, something has broken our kernel. */
const least = 0.7;

export async function* rows() {
  await useWasm();
  const torch = await startTorch('matmul');
  try {
    for (const layer of layers) yield await measured(product(layer, [stock(layer)]));
    for (const name of ['NN', 'NT', 'TN', 'TT']) {
      const [transposeA, transposeB] = [...name].map((letter) => letter === 'T');
      const shape = { name: `1024 x 1024 x 1024, ${name}`, a: square, b: square, transposeA, transposeB };
      const untransposed = stock({ ...shape, transposeA: false, transposeB: false }, { least });
      const others = name === 'NN' ? [] : [{ ...untransposed, name: 'tfjs, untransposed,' }];
      const same = name === 'NN' ? untransposed : stock(shape);
      // Few rounds where theirs takes seconds.
      yield await measured(product(shape, [...others, same, ...torch.peers(name)]), name === 'NN' ? 9 : 3);
    }
  } finally {
    torch.end();
  }
}

function product({ name, a: shapeA, b: shapeB, transposeA, transposeB }, peers) {
  const [a, b] = [randomNormal(shapeA), randomNormal(shapeB)];
  const products = (a.size * b.size) / shapeA[transposeA ? 0 : 1];
  return { name, ours: () => matMul(a, b, transposeA, transposeB).dispose(), peers, products };
}

function stock({ a: shapeA, b: shapeB, transposeA, transposeB }, more = {}) {
  const { kernelFunc } = onStockKernels(() => getKernel('BatchMatMul', 'wasm'));
  const { backend } = engine();
  const [a, b] = [randomNormal(shapeA), randomNormal(shapeB)];
  const run = () => {
    // New tensors, as the weights of every training step are: XNNPACK packs what it multiplies with.
    const inputs = { a: reshape(a, [1, ...shapeA]), b: reshape(b, [1, ...shapeB]) };
    backend.disposeData(kernelFunc({ inputs, backend, attrs: { transposeA, transposeB } }).dataId);
    inputs.a.dispose();
    inputs.b.dispose();
  };
  return { ...tfjs, run, ...more };
}
