// PGD and APGD against implementations in PyTorch that were written from the papers, on the same weights and inputs, on one thread.
// It fails where the two do not find the same.
import { useWasm } from '@advml/wasm';
import { requireSame, startCases } from './attack-cases.mjs';
import { measured } from './measured.mjs';

export { about } from './attack-cases.mjs';
export const title = 'PGD and APGD, 20 steps';

export async function* rows() {
  await useWasm();
  const { cases, torch } = await startCases(20);
  try {
    for (const { name, run } of cases) {
      const theirs = await torch.result(name);
      const ours = () => void run();
      yield await measured(
        { name, ours, peers: torch.peers(name), note: theirs && requireSame(name, run(), theirs) },
        5,
      );
    }
  } finally {
    torch.end();
  }
}
