// One training step of the symmetric two-layer network against the same network put together from tfjs's kernels, and
// against PyTorch on one thread and on two. Everywhere all gradients are taken and the parameters move.
import { disposeParams, mapParams } from '@advml/core';
import { symmetricTwoLayer } from '@advml/networks';
import { dataParallel } from '@advml/training/workers';
import { useWasm } from '@advml/wasm';
import {
  matMul,
  mean,
  mul,
  neg,
  randomNormal,
  relu,
  scalar,
  sign,
  softplus,
  sub,
  sum,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { descent } from './descent.mjs';
import { measured } from './measured.mjs';
import { onStockKernels, tfjs } from './stock.mjs';
import { startTorch, threadCounts } from './torch.mjs';

export const title = 'Training step of the two-layer network';
export const about = 'Batch 512, d = 1024, m = 2048, 5% of the pre-activations beyond the threshold.';

const [batch, inputs, neurons, threshold, rate] = [512, 1024, 2048, 1.96, 1e-3];

export async function* rows() {
  await useWasm();
  const torches = await Promise.all(threadCounts.map((threads) => startTorch('two_layer', threads)));
  const torch = torches.flatMap(({ peers }) => peers('step'));
  const network = symmetricTwoLayer({ inputs, neurons, initialDeviation: inputs ** -0.5 });
  const x = randomNormal([batch, inputs]);
  const y = tidy(() => sign(randomNormal([batch])));

  const composed = (weight, bias) => {
    const u = matMul(x, weight, false, true); // [batch, neurons]
    return sum(sub(relu(sub(u, bias)), relu(sub(neg(u), bias))), 1);
  };
  const fused = (weight, bias) => network.apply({ weight, bias }, x);
  const start = () => [randomNormal([neurons, inputs], 0, inputs ** -0.5), scalar(threshold)];
  const trainer = (scores) => descent(start, (weight, bias) => mean(softplus(mul(neg(y), scores(weight, bias)))), rate);

  const shared = await dataParallel({
    module: new URL('two-layer-job.mjs', import.meta.url),
    setting: { batch, inputs, neurons },
    params: { weight: zeros([neurons, inputs]), bias: scalar(threshold) },
    shards: 2,
    workers: 2,
  });
  const sharedTrainer = () => {
    let params = tidy(() => ({ weight: randomNormal([neurons, inputs], 0, inputs ** -0.5), bias: scalar(threshold) }));
    return () => {
      const before = params;
      const { network, key } = shared;
      const { gradients } = shared.objective({ network, params, batch: shared.batches(), key, step: 0 });
      params = tidy(() => mapParams(before, (value, name) => sub(value, mul(gradients[name], rate))));
      disposeParams(before, gradients);
    };
  };

  const stockStep = trainer(composed);
  const stock = { ...tfjs, run: () => onStockKernels(stockStep) };
  try {
    const product = batch * inputs * neurons;
    const active = 0.05; // share of the other product that the gradient needs
    yield await measured({
      name: 'step',
      ours: trainer(fused),
      peers: [stock, ...torch],
      products: (1 + active) * product,
    });
    yield await measured({
      name: 'step, the network composed of our products',
      ours: trainer(composed),
      peers: torch,
      products: 2 * product,
    });
    yield await measured({ name: 'step, shared by two threads', ours: sharedTrainer(), peers: torch });
  } finally {
    await shared.close();
    for (const { end } of torches) end();
  }
}
