// `node one-memory.mjs CASE`: does some work twice, the second time as much or much more, and prints the peak of this process's memory after
// each, in MB, as JSON.
import { pgd } from '@advml/attacks';
import { ball, classifier, key, linf } from '@advml/core';
import { robustAccuracy } from '@advml/metrics';
import { cnn, mlp } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { argMax, concat, dispose, randomUniform, split, tidy } from '@tensorflow/tfjs-core';

const box = { low: 0, high: 1 };

/** Each gives a function that does a part of the work. */
const cases = {
  /** Steps of PGD on 32 images of 224 x 224 x 3, all at a time. */
  images: () => {
    const network = cnn({ inputs: [224, 224, 3], filters: [16, 32], pooling: 'max', hidden: [], outputs: 10 });
    const model = classifier(network, network.init(key('memory', 0)));
    const x = randomUniform([32, 224, 224, 3], 0, 1, 'float32', 7);
    const y = tidy(() => argMax(model(x), 1));
    return (steps) =>
      pgd({ threat: ball(linf, 4 / 255, box), steps })(model, x, y, { key: key('memory', 1) }).x.dispose();
  },
  /** Examples with 64 numbers, evaluated 1,000 at a time. */
  examples: () => {
    const network = mlp({ inputs: 64, hidden: [64], outputs: 10 });
    const model = classifier(network, network.init(key('memory', 0)));
    const attack = pgd({ threat: ball(linf, 0.01, box), steps: 5 });
    return async (count) => {
      const x = randomUniform([count, 64], 0, 1, 'float32', 7);
      const parts = split(x, count / 1000);
      const y = concat(parts.map((part) => tidy(() => argMax(model(part), 1))));
      dispose(parts);
      await robustAccuracy(model, { x, y }, attack, { key: key('memory', 1), batchSize: 1000 });
      for (const tensor of [x, y]) tensor.dispose();
    };
  },
};

await useWasm();
const [name, ...amounts] = process.argv.slice(2);
const work = cases[name]();
const peaks = [];
for (const amount of amounts.map(Number)) {
  await work(amount);
  peaks.push(process.resourceUsage().maxRSS / 1024);
}
console.log(JSON.stringify(peaks));
