// Transposed matrix products, the ones that the gradients of a dense layer need, against the kernel that ships with tfjs.
import { engine, getKernel, matMul, randomNormal, reshape } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { useWasm } from '@advml/wasm';

export const title = 'matMul with transposed operands';
export const peer = 'tfjs';

/** The shapes of a dense layer's weight gradient (first operand transposed) and input gradient (second transposed). */
const shapes = [
  { label: '[512, 1024]^T x [512, 1024]', a: [512, 1024], b: [512, 1024], transposeA: true, transposeB: false },
  { label: '[512, 1024] x [1024, 1024]^T', a: [512, 1024], b: [1024, 1024], transposeA: false, transposeB: true },
  { label: '[64, 256]^T x [64, 256]', a: [64, 256], b: [64, 256], transposeA: true, transposeB: false },
];

/** One case a shape; the kernel of tfjs is taken before `useWasm` replaces it. */
export async function cases() {
  const { kernelFunc } = getKernel('BatchMatMul', 'wasm');
  await useWasm();
  const { backend } = engine();

  return shapes.map(({ label, a: shapeA, b: shapeB, transposeA, transposeB }) => {
    const a = randomNormal(shapeA);
    const b = randomNormal(shapeB);
    const [a3, b3] = [reshape(a, [1, ...shapeA]), reshape(b, [1, ...shapeB])];
    return {
      label,
      theirs: () =>
        backend.disposeData(
          kernelFunc({ inputs: { a: a3, b: b3 }, backend, attrs: { transposeA, transposeB } }).dataId,
        ),
      ours: () => matMul(a, b, transposeA, transposeB).dispose(),
    };
  });
}
