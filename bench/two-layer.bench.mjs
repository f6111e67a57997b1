// One training step of the symmetric two-layer network against the same network put together from tfjs's kernels, and
// against PyTorch on one thread. In all three all gradients are taken and the parameters move.
import { symmetricTwoLayer } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import {
  dispose,
  grads,
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
} from '@tensorflow/tfjs-core';
import { onStockKernels } from './stock.mjs';
import { startTorch } from './torch.mjs';

export const title = 'training step, two layers: batch 512, d 1024, m 2048, 5% of the entries active';

const [batch, inputs, neurons, threshold, rate] = [512, 1024, 2048, 1.96, 1e-3];

export async function cases() {
  await useWasm();
  const torch = await startTorch();
  const network = symmetricTwoLayer({ inputs, neurons, initialDeviation: inputs ** -0.5 });
  const x = randomNormal([batch, inputs]);
  const y = tidy(() => sign(randomNormal([batch])));

  const composed = (weight, bias) => {
    const u = matMul(x, weight, false, true); // [batch, neurons]
    return sum(sub(relu(sub(u, bias)), relu(sub(neg(u), bias))), 1);
  };
  const fused = (weight, bias) => network.apply({ weight, bias }, x);
  const trainer = (scores) => {
    let params = tidy(() => [randomNormal([neurons, inputs], 0, inputs ** -0.5), scalar(threshold)]);
    const slopes = grads((weight, bias) => mean(softplus(mul(neg(y), scores(weight, bias)))));
    return () => {
      const before = params;
      params = tidy(() => slopes(before).map((slope, at) => sub(before[at], mul(slope, rate))));
      dispose(before);
    };
  };

  const ours = trainer(fused);
  const stockStep = trainer(composed);
  const rows = [{ label: 'step', peer: 'tfjs', theirs: () => onStockKernels(stockStep), ours }];
  if (torch) {
    const theirs = () => torch.measure('two-layer');
    rows.push({ label: 'step', peer: `PyTorch ${torch.version}, 1 thread`, theirs, ours });
    rows.push({ label: 'step, composed of our products', peer: rows[1].peer, theirs, ours: trainer(composed) });
  }
  return { rows, end: () => torch?.end() };
}
