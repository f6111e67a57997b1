// Look into your own weights from PyTorch: what did adversarial training change, layer by layer and neuron by neuron?
// pytorch/train.py made the files: a perceptron on Fashion-MNIST at the start, after plain and after adversarial training.
import { readFileSync, writeFileSync } from 'node:fs';
import { decodeNpz } from '@advml/formats';
import { imageGrid } from '@advml/plots';
import { decomposeLayers, layerRows, type Weights } from '@advml/purification';
import { useWasm } from '@advml/wasm';

await useWasm();

// State dicts as `numpy.savez` writes them; those of safetensors are read by `decodeSafetensors(bytes).tensors`.
const read = (name: string) => decodeNpz(readFileSync(new URL(`pytorch/${name}.npz`, import.meta.url))) as Weights;
const [w0, w, wPrime] = ['start', 'before', 'after'].map(read);

// w = beta w' + v for every neuron. A share near one says that adversarial training kept the neurons and took something away.
const percent = (share: number) => `${(100 * share).toFixed(0)}%`;
for (const { name, neurons, decomposition, withInitial, random } of decomposeLayers({ w, wPrime, w0 })) {
  const { share, summary } = decomposition;
  console.log(
    `${name}, ${neurons} neurons: cos(w, w') > 0.707 for ${percent(share)}, median ${summary.cosine.median.toFixed(2)}`,
  );
  console.log(
    `  median |cos(w, w0)| ${withInitial?.clean.size.median.toFixed(2)}, where random ones give ${random.mean.toFixed(2)}`,
  );
}

// The first layer as pictures: what each neuron sums up, of the eight whose weights are largest afterwards.
const sizeOf = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
const rowsOf = (weights: Weights) => {
  const { data, shape } = layerRows(weights)['0.weight'];
  return Array.from({ length: shape[0] }, (_, row) => Array.from(data).slice(row * shape[1], (row + 1) * shape[1]));
};
const [before, after] = [w, wPrime].map(rowsOf);
const largest = [...after.keys()].sort((a, b) => sizeOf(after[b]) - sizeOf(after[a])).slice(0, 8);
const panel = (label: string, rows: number[][]) =>
  ({ label, colors: 'diverging', images: largest.map((row) => ({ values: rows[row] })) }) as const;
const panels = [panel('after plain training', before), panel('the same neurons after adversarial training', after)];
const picture = { title: 'A perceptron of PyTorch', panels, height: 28, width: 28, columns: 8 };
writeFileSync('purification-from-pytorch.svg', imageGrid(picture));
