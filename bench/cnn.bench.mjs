// One training step of a small convolutional network against the same step on kernels put together from those of tfjs, and
// in PyTorch on one thread. tfjs by itself cannot: its WASM backend has no gradient for filters.
import { crossEntropy } from '@advml/core';
import { useWasm } from '@advml/wasm';
import {
  add,
  conv2d,
  matMul,
  maxPool,
  mean,
  randomNormal,
  randomUniform,
  relu,
  reshape,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { descent } from './descent.mjs';
import { measured } from './measured.mjs';
import { composed, onComposedKernels } from './stock.mjs';
import { startTorch } from './torch.mjs';

export const title = 'Training step of a convolutional network';
export const about =
  'Images 28 x 28 x 1, twice 3 x 3 convolution (16, 32 filters), relu and 2 x 2 max pooling, then one dense layer to 10 classes;\n' +
  'batch 64, cross-entropy, plain gradient descent. tfjs alone has no gradient for filters on WASM.';

const batch = 64;

/** Weights as He et al. draw them, and biases, layer by layer. */
const start = () =>
  [
    [3, 3, 1, 16],
    [3, 3, 16, 32],
    [7 * 7 * 32, 10],
  ].flatMap((shape) => {
    const fanIn = shape.slice(0, -1).reduce((product, length) => product * length);
    return [randomNormal(shape, 0, Math.sqrt(2 / fanIn)), zeros(shape.slice(-1))];
  });

export async function* rows() {
  await useWasm();
  const torch = await startTorch('layers');
  const x = randomNormal([batch, 28, 28, 1]);
  const y = tidy(() => randomUniform([batch], 0, 10, 'int32'));
  const layer = (h, filter, bias) => maxPool(relu(add(conv2d(h, filter, 1, 'same'), bias)), 2, 2, 'valid');
  const loss = (filter1, bias1, filter2, bias2, weight, bias) => {
    const h = layer(layer(x, filter1, bias1), filter2, bias2); // [batch, 7, 7, 32]
    return mean(crossEntropy(add(matMul(reshape(h, [batch, -1]), weight), bias), y));
  };
  const trainer = () => descent(start, loss, 0.01);

  const onComposed = trainer();
  try {
    yield await measured({
      name: 'step',
      ours: trainer(),
      // Forward, to the filters and, but for the first layer, to the inputs.
      products: batch * (2 * 28 * 28 * 9 * 16 + 3 * (14 * 14 * 9 * 16 * 32 + 7 * 7 * 32 * 10)),
      peers: [{ ...composed, run: () => onComposedKernels(onComposed) }, ...torch.peers('cnn')],
    });
  } finally {
    torch.end();
  }
}
