// Trains the two networks of the tab Digits and writes src/digits/weights. Usage, after the build:
// npx tsx examples/playground/scripts/train-digits.ts
import { writeFile } from 'node:fs/promises';
import { pgd } from '@advml/attacks';
import { ball, classifier, crossEntropy, key, linf, networkMetadata, paramsToArrays } from '@advml/core';
import { fixedBatches } from '@advml/data';
import { encodeSafetensors } from '@advml/formats';
import { robustnessCurve } from '@advml/metrics';
import { mlp } from '@advml/networks';
import { adam, linear } from '@advml/optimizers';
import { adversarialObjective, cleanObjective, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { ways } from '../src/digits/setting.ts';
import { box, splitDigits } from '../src/digits/split.ts';

await useWasm({ relaxed: false }); // the same bits on every machine
const root = key('playground digits', 0);
const { train, validation } = splitDigits();
const test = validation.take(validation.count);
const network = mlp({ inputs: [8, 8, 1], hidden: [64, 64], outputs: 10 });
const inner = pgd({ threat: ball(linf, 0.15, box), steps: 4, loss: crossEntropy });
const objectives = { clean: cleanObjective(), robust: adversarialObjective({ attack: inner }) };

for (const way of ways) {
  const steps = { clean: 400, robust: 800 }[way];
  const own = root.child(way);
  const { params } = await fit({
    network,
    params: network.init(root.child('init')),
    objective: objectives[way],
    optimizer: adam({ rate: linear({ from: 0.01, to: 0.0001, steps }) }),
    batches: fixedBatches(train, 128, own.child('batches')),
    steps,
    key: own,
  });
  const file = new URL(`../src/digits/weights/${way}.safetensors`, import.meta.url);
  await writeFile(file, encodeSafetensors(paramsToArrays(params), networkMetadata(network)));

  const options = { norm: linf, box, eps: [0, 0.05, 0.1, 0.15, 0.2], key: root.child('attack') };
  const curve = await robustnessCurve(classifier(network, params), test, {
    ...options,
    attack: (threat) => pgd({ threat, steps: 20 }),
  });
  console.log(way, curve.points.map(({ eps, accuracy }) => `${accuracy.value.toFixed(2)} at ${eps}`).join(', '));
}
