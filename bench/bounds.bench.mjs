// What a certificate of a layered network costs for one example, as the network grows.
import { crown, intervalBound, lipschitzBound } from '@advml/certify';
import { ball, classifier, cloneParams, disposeParams, key, linf } from '@advml/core';
import { cnn, mlp } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { argMax, dispose, randomUniform, tidy } from '@tensorflow/tfjs-core';
import { measured } from './measured.mjs';

export const title = 'Bounds of layered networks';
export const about = `Milliseconds an example, of examples that the network is right on, in linf of radius 0.004 in the box [0, 1]: perceptrons
784-n-n-10, and 28 x 28 images with convolutions of 4 x 4 filters in strides of 2 and a dense layer of 100, all with their initial weights. The
Lipschitz bound takes nearly all its time for the norms of the layers, once for up to 1,024 examples; it is shown for the whole batch
divided by its size. How many are certified stands beside.`;

const networks = [64, 128, 256, 512].map((neurons) => [
  `perceptron, n = ${neurons}`,
  mlp({ inputs: [28, 28, 1], hidden: [neurons, neurons], outputs: 10 }),
]);
const images = [8, 16].map((filters) => [
  `convolutions of ${filters} and ${2 * filters} filters`,
  cnn({ filters: [filters, 2 * filters], sizes: [4, 4], strides: [2, 2], pooling: 'none', hidden: [100] }),
]);

const bounds = [
  ['intervals', intervalBound, {}, 128],
  ['CROWN on intervals', crown, { neurons: 0 }, 64],
  ['CROWN', crown, {}, 8],
  ['CROWN, 10 steps on the slopes', crown, { steps: 10 }, 8],
  ['Lipschitz', lipschitzBound, {}, 128],
];

export async function* rows({ progress }) {
  await useWasm();
  const threat = ball(linf, 0.004, { low: 0, high: 1 });
  for (const [shape, network] of [...networks, ...images]) {
    progress(shape);
    const params = network.init(key('bench', 0));
    for (const [name, make, options, count] of bounds) {
      const certify = make({ threat, ...options });
      const x = randomUniform([count, 28, 28, 1], 0, 1, 'float32', 7);
      const y = tidy(() => argMax(network.apply(params, x), 1));
      let certified = 0;
      const each = async () => {
        const own = cloneParams(params); // a tensor's spectral norm is found once
        const start = performance.now();
        const found = await certify(classifier(network, own), x, y);
        const time = (performance.now() - start) / count;
        certified = found.certified.filter(Boolean).length / count;
        disposeParams(own);
        return time;
      };
      const row = await measured({ name: `${shape}: ${name}`, ours: each }, 3);
      yield { ...row, note: `${(100 * certified).toFixed(0)}% of ${count} certified` };
      dispose([x, y]);
    }
    disposeParams(params);
  }
}
