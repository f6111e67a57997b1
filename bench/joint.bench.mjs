// The joint bound of the symmetric two-layer network against the same in numpy, on one thread.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jointBound, spectralNorm } from '@advml/certify';
import { ball, classifier, key, l2 } from '@advml/core';
import { symmetricTwoLayer } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { scalar, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { measured } from './measured.mjs';
import { startTorch } from './torch.mjs';

export const title = 'The joint bound of the two-layer network in l2';
export const about = `256 examples with 2 to 5 active features out of d; neurons of one feature each and a little of all others, threshold 0.15, radius
0.1, at most 40 evaluations of the dual. The decomposition is made once for all examples. Ours verifies each bound in double precision, and
looks for inputs that are wrong on its way; numpy does not, and has one curvature for all neurons, and no parts of balls.`;

const [count, threshold, radius, steps] = [256, 0.15, 0.1, 40];

/** Purified weights with some noise, sparse inputs whose features vote, and labels. */
function problem(size) {
  const draw = key('bench joint', size);
  const weight = draw
    .child('weight')
    .normal(size * size)
    .map((value, at) => 0.008 * value + (at % (size + 1) === 0 ? 1 : 0));
  const x = new Float32Array(count * size);
  const y = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const places = draw.child('x', row).uniform(5);
    const active = 2 + (row % 4);
    for (let at = 0; at < active; at++)
      x[row * size + Math.floor(places[at] * size)] = Math.SQRT1_2 * (at > 0 && at % 2 === 0 ? -1 : 1);
    const vote = x.subarray(row * size, (row + 1) * size).reduce((sum, value) => sum + value, 0);
    y[row] = vote < 0 ? -1 : 1;
  }
  return { weight, x, y };
}

export async function* rows({ progress }) {
  await useWasm();
  const folder = mkdtempSync(join(tmpdir(), 'advml-bench-'));
  try {
    for (const size of [256, 512, 1024]) {
      progress(`d = m = ${size}`);
      yield* rowsOf(size, folder);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function* rowsOf(size, folder) {
  const { weight, x, y } = problem(size);
  const file = join(folder, `${size}.f32`);
  writeFileSync(file, new Uint8Array(Float32Array.from([...weight, ...x, ...y]).buffer));
  const torch = await startTorch('joint', 1, [file, size, size, count].map(String));
  const network = symmetricTwoLayer({ inputs: size, neurons: size, initialDeviation: 1 });
  const params = { weight: tensor2d(weight, [size, size]), bias: scalar(threshold) };
  const inputs = [tensor2d(x, [count, size]), tensor1d(y)];
  const certify = jointBound({ threat: ball(l2, radius), steps });
  let certified = [];
  const decompose = async () => {
    const own = tensor2d(weight, [size, size]); // a tensor's decomposition is made once
    await spectralNorm(own);
    own.dispose();
  };
  const bound = async () => {
    certified = (await certify(classifier(network, params), ...inputs)).certified;
  };
  try {
    yield await measured(
      { name: `d = m = ${size}: decomposition`, ours: decompose, peers: torch.peers('decompose', { name: 'numpy' }) },
      3,
    );
    const row = await measured(
      { name: `d = m = ${size}: bounds`, ours: bound, peers: torch.peers('certify', { name: 'numpy' }) },
      3,
    );
    const theirs = await torch.result('certify');
    const words = `${certified.filter(Boolean).length} of ${count} certified`;
    yield { ...row, note: theirs ? `${words}, by numpy ${theirs.filter((one) => one === 1).length}` : words };
  } finally {
    torch.end();
    for (const tensor of [...Object.values(params), ...inputs]) tensor.dispose();
  }
}
