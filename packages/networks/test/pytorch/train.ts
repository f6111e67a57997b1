// Trains a small network on the digits and writes digits.safetensors beside this file, for state_dict.py; and the digits as it sees
// them into the file that is named.
//
//     node --import tsx --conditions=@advml/source packages/networks/test/pytorch/train.ts EXAMPLES
//     python3 packages/networks/test/pytorch/state_dict.py EXAMPLES
import { writeFileSync } from 'node:fs';
import { classifier, key, paramsToArrays } from '@advml/core';
import { type ExampleSet, fixedBatches } from '@advml/data';
import { encodeSafetensors } from '@advml/formats';
import { cleanAccuracy } from '@advml/metrics';
import { toStateDict } from '@advml/networks';
import { adam } from '@advml/optimizers';
import { cleanObjective, fit } from '@advml/training';
import { useWasm } from '@advml/wasm';
import { digitsNetwork as network, split } from './networks.ts';

await useWasm();
const { train, validation } = split();
const root = key('pytorch', 0);
const { params } = await fit({
  network,
  params: network.init(root.child('init')),
  objective: cleanObjective(),
  optimizer: adam({ rate: 0.003 }),
  batches: fixedBatches(train, 64, root.child('batches')),
  steps: 300,
  key: root.child('training'),
});
const all = (set: ExampleSet) => set.take(set.count);
const test = all(validation);
console.log('accuracy', (await cleanAccuracy(classifier(network, params), test)).value);

const bytes = encodeSafetensors(toStateDict(network, params), { format: 'pt' });
writeFileSync(new URL('digits.safetensors', import.meta.url), bytes);
const { x: trainX, y: trainY } = all(train);
writeFileSync(process.argv[2], encodeSafetensors(paramsToArrays({ x: test.x, y: test.y, trainX, trainY })));
