// Matrix products against the kernel that ships with tfjs, and against PyTorch on one thread.
import { useWasm } from '@advml/wasm';
import { engine, getKernel, matMul, randomNormal, reshape } from '@tensorflow/tfjs-core';
import { onStockKernels } from './stock.mjs';
import { startTorch } from './torch.mjs';

export const title = 'matMul';

/** The products of a dense layer's weight gradient (first operand transposed) and input gradient (second transposed). */
const layers = [
  { label: '[512, 1024]^T x [512, 1024]', a: [512, 1024], b: [512, 1024], transposeA: true, transposeB: false },
  { label: '[64, 256]^T x [64, 256]', a: [64, 256], b: [64, 256], transposeA: true, transposeB: false },
];
const square = [1024, 1024];

export async function cases() {
  await useWasm();
  const torch = await startTorch();
  const { kernelFunc } = onStockKernels(() => getKernel('BatchMatMul', 'wasm'));
  const product = (
    { label, a: shapeA, b: shapeB, transposeA, transposeB },
    stockAttrs = { transposeA, transposeB },
  ) => {
    const [a, b] = [randomNormal(shapeA), randomNormal(shapeB)];
    const { backend } = engine();
    const inputs = () => ({ a: reshape(a, [1, ...shapeA]), b: reshape(b, [1, ...shapeB]) });
    return {
      label,
      peer: 'tfjs',
      theirs: () => {
        // New tensors, as the weights of every training step are: XNNPACK packs what it multiplies with.
        const given = inputs();
        backend.disposeData(kernelFunc({ inputs: given, backend, attrs: stockAttrs }).dataId);
        given.a.dispose();
        given.b.dispose();
      },
      ours: () => matMul(a, b, transposeA, transposeB).dispose(),
    };
  };
  const rows = layers.map((layer) => product(layer));
  for (const name of ['NN', 'NT', 'TN', 'TT']) {
    const [transposeA, transposeB] = [...name].map((letter) => letter === 'T');
    const shape = { a: square, b: square, transposeA, transposeB };
    const untransposed = { transposeA: false, transposeB: false };
    const row = product({ ...shape, label: `1024^3 ${name}, theirs NN` }, untransposed);
    rows.push(row);
    if (torch) {
      const theirs = () => torch.measure(name);
      rows.push({ ...row, label: `1024^3 ${name}`, peer: `PyTorch ${torch.version}, 1 thread`, theirs });
    }
    if (name === 'NT') rows.push(product({ ...shape, label: `1024^3 ${name}` }));
  }
  return { rows, end: () => torch?.end() };
}
