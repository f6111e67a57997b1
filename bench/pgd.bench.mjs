// Projected gradient descent on the two-layer network against the same put together from tfjs's kernels, and against PyTorch on
// one thread.
import { pgd } from '@advml/attacks';
import { ball, classifier, key, l2 } from '@advml/core';
import { symmetricTwoLayer } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import {
  add,
  grad,
  matMul,
  mul,
  neg,
  randomNormal,
  relu,
  scalar,
  sign,
  sub,
  sum,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { measured } from './measured.mjs';
import { onStockKernels, tfjs } from './stock.mjs';
import { startTorch } from './torch.mjs';

export const title = 'PGD of 20 steps in l2 on the two-layer network';
export const about = `Batch 512, d = 1024, m = 2048, 5% of the pre-activations beyond the threshold, radius 2, steps of 0.25. As in
adversarial training, every last iterate is of other weights. tfjs makes one step, whose time is taken 20 times.`;

const [batch, inputs, neurons, threshold, eps, steps] = [512, 1024, 2048, 1.96, 2, 20];

export async function* rows() {
  await useWasm();
  const torch = await startTorch('pgd');
  const network = symmetricTwoLayer({ inputs, neurons, initialDeviation: inputs ** -0.5 });
  const x = randomNormal([batch, inputs]);
  const y = tidy(() => sign(randomNormal([batch])));
  const params = { weight: randomNormal([neurons, inputs], 0, inputs ** -0.5), bias: scalar(threshold) };
  const attack = pgd({ threat: ball(l2, eps), steps, stepSize: 1 / 8, start: 'none', earlyStop: false });

  const last = () =>
    tidy(() => {
      const model = classifier(network, { ...params, weight: mul(params.weight, 1) });
      attack.perturb(model, x, y, { key: key('bench', 0) });
    });
  const worst = () => attack(classifier(network, params), x, y, { key: key('bench', 0) }).x.dispose();
  const stockStep = () =>
    tidy(() => {
      const { weight, bias } = params;
      const margins = (delta) => {
        const u = matMul(add(x, delta), weight, false, true); // [batch, neurons]
        return mul(neg(y), sum(sub(relu(sub(u, bias)), relu(sub(neg(u), bias))), 1));
      };
      const { norm } = attack.threat;
      const delta = zerosLike(x);
      norm.project(add(delta, mul(norm.steepest(grad(margins)(delta)), eps / 8)), eps);
    });
  const stock = { ...tfjs, run: () => onStockKernels(stockStep), times: steps };
  try {
    yield await measured({ name: 'last iterate', ours: last, peers: [stock, ...torch.peers('last')] }, 5);
    yield await measured({ name: 'worst iterate, graded afresh', ours: worst, peers: torch.peers('worst') }, 5);
  } finally {
    torch.end();
  }
}
