// Attacks away from the page, which stays responsive.
/// <reference types="vite/client" />
import { pgd } from '@advml/attacks';
import { key, l2 } from '@advml/core';
import { robustnessCurve } from '@advml/metrics';
import { useWasm } from '@advml/wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { mul, ones, sum, type Tensor, tensor2d } from '@tensorflow/tfjs-core';

// Vite copies the two binaries beside the page and says where.
await useWasm({ wasmPaths: { 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd } });

const model = (x: Tensor) => sum(mul(x, [3, 4]), 1); // a score for each example
const distances = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((tenths) => tenths / 10);
const x = tensor2d(distances.map((distance) => [0.6 * distance, 0.8 * distance])); // so far from the boundary
const { points } = await robustnessCurve(
  model,
  { x, y: ones([10]) },
  {
    norm: l2,
    eps: [0, 0.25, 0.55, 0.95],
    attack: (threat) => pgd({ threat, steps: 20 }),
    key: key('in a page', 0),
  },
);
postMessage(points);
