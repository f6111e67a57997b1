// PGD and APGD against implementations in PyTorch that were written from the papers, on the same weights and inputs, on one thread.
// It fails where the two do not find the same.
import { useWasm } from '@advml/wasm';
import { requireSame, startCases } from './attack-cases.mjs';
import { measured } from './measured.mjs';

export { about } from './attack-cases.mjs';
export const title = 'PGD and APGD, 20 steps';

/** Multiply-adds of one example on its way through a network of attack-cases.mjs, once. */
const passes = {
  mlp: 784 * 256 + 256 * 256 + 256 * 10,
  cnn: 28 * 28 * 9 * 16 + 14 * 14 * 9 * 16 * 32 + 7 * 7 * 32 * 10,
};
/** Examples; and how often each goes forward, for 20 gradients and to be graded, and back. */
const [examples, forward, back] = [200, 23, 20];

export async function* rows() {
  await useWasm();
  const { cases, torch } = await startCases(20);
  try {
    for (const { name, run } of cases) {
      const theirs = await torch.result(name);
      const ours = () => void run();
      const products = examples * (forward + back) * passes[name.split('/')[0]];
      const note = theirs && requireSame(name, run(), theirs);
      yield await measured({ name, ours, peers: torch.peers(name), note, products }, 5);
    }
  } finally {
    torch.end();
  }
}
