// What a step costs as the network grows, each size in a process of its own.
import { logLogFit } from '@advml/metrics';
import { number } from './document.mjs';
import { inProcess } from './in-process.mjs';

export const title = 'Cost against size';
export const about = `Two-layer network with d = m on sparse codes of k = 2 with the margin 0.5, batch 512, 5% of the pre-activations beyond the
threshold at the start. A training step draws its batch; an adversarial one attacks it by FGM. A PGD step is a twentieth of an
evaluation by PGD of 20 steps on dense inputs, the Gram matrix included where one is used. The exponent p of a time proportional to
d^p is fitted by least squares on logarithms; where the sizes are small, costs that do not grow with d press it down. Memory is the peak of a process that does all three.`;

const sizes = [256, 512, 1024, 2048, 4096];
const kinds = { clean: 'clean training step', adversarial: 'adversarial training step', pgd: 'PGD step' };

export async function* rows({ progress }) {
  const results = [];
  for (const size of sizes) {
    progress(`d = m = ${size}`);
    results.push(await inProcess('one-size.mjs', [size]));
  }
  for (const [kind, name] of Object.entries(kinds)) {
    for (const [at, size] of sizes.entries()) {
      yield { name: `${name}, d = ${size}`, ours: results[at][kind], unit: 'ms', peers: [] };
    }
    const { slope, low, high } = logLogFit(results.map((result, at) => ({ x: sizes[at], y: result[kind] })));
    const note = `95% interval [${number(low)}, ${number(high)}]`;
    yield { name: `${name}, exponent`, ours: slope, unit: '', peers: [], note };
  }
  for (const [at, size] of sizes.entries()) {
    yield { name: `peak memory, d = ${size}`, ours: results[at].megabytes, unit: 'MB', peers: [] };
  }
}
