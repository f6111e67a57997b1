// One training step of a perceptron with two hidden layers against the same step on the kernels of tfjs, on kernels put
// together from these, and in PyTorch on one thread.
import { crossEntropy, key } from '@advml/core';
import { mlp } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { mean, randomNormal, randomUniform, tidy } from '@tensorflow/tfjs-core';
import { descent } from './descent.mjs';
import { measured } from './measured.mjs';
import { composed, onComposedKernels, onStockKernels, tfjs } from './stock.mjs';
import { startTorch } from './torch.mjs';

export const title = 'Training step of a perceptron';
export const about = '784-256-256-10, batch 128, cross-entropy, plain gradient descent.';

export async function* rows() {
  await useWasm();
  const torch = await startTorch('layers');
  const network = mlp({ inputs: 784, hidden: [256, 256], outputs: 10 });
  const x = randomNormal([128, 784]);
  const y = tidy(() => randomUniform([128], 0, 10, 'int32'));
  const trainer = () => {
    const params = network.init(key('bench', 0));
    const names = Object.keys(params);
    const loss = (...values) => {
      const given = Object.fromEntries(names.map((name, at) => [name, values[at]]));
      return mean(crossEntropy(network.apply(given, x), y));
    };
    return descent(() => Object.values(params), loss, 0.01);
  };

  const [onStock, onComposed] = [trainer(), trainer()];
  try {
    yield await measured({
      name: 'step',
      ours: trainer(),
      // Forward, to the weights and, but for the first layer, to the inputs.
      products: 128 * (2 * 784 * 256 + 3 * (256 * 256 + 256 * 10)),
      peers: [
        { ...tfjs, run: () => onStockKernels(onStock) },
        { ...composed, run: () => onComposedKernels(onComposed) },
        ...torch.peers('mlp'),
      ],
    });
  } finally {
    torch.end();
  }
}
