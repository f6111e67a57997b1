// What the programs here share: PGD against a small network. What it finds is the same, to the bit, wherever it runs.
import { pgd } from '@advml/attacks';
import { ball, classifier, key, linf } from '@advml/core';
import { mlp } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';

/** The worst inputs as JSON; not `relaxed`, since engines differ in whether they round a product before they add to it. */
export async function attack(wasmPaths) {
  await useWasm({ relaxed: false, ...(wasmPaths && { wasmPaths }) });
  const network = mlp({ inputs: 3, hidden: [32], outputs: 2 });
  const model = classifier(network, network.init(key('network')));
  const search = pgd({ threat: ball(linf, 0.5), steps: 20, restarts: 2 });
  const inputs = tensor2d(key('inputs').normal(12), [4, 3]);
  const labels = tensor1d([0, 1, 0, 1], 'int32');
  const { x, success } = search(model, inputs, labels, { key: key('attack') });
  return JSON.stringify({ success, x: [...x.dataSync()] });
}
