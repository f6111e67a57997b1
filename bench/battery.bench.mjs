// The standard battery, survivors only, against the same battery in plain PyTorch, on the same weights and inputs, on one thread. It fails
// where the two do not come to the same robust accuracy.
import { useWasm } from '@advml/wasm';
import { requireSameAccuracy, startBattery } from './battery-cases.mjs';
import { measured } from './measured.mjs';

export const title = 'The standard battery: APGD, targeted APGD on DLR, targeted FAB, Square';
export const about =
  'The network of images above, 200 examples in l-infinity; 50 steps, all nine targets, 1,000 queries. Each attack and each target gets the\n' +
  'examples that withstood those before. PyTorch takes the same steps from other random numbers. A time is the longer of two.';

export async function* rows() {
  await useWasm();
  const { cases, torch } = await startBattery({ steps: 50, queries: 1000, targets: 9 });
  try {
    for (const { name, run } of cases) {
      const theirs = await torch.result(name);
      const note = theirs && requireSameAccuracy(name, run(), theirs);
      yield await measured({ name, ours: () => void run(), peers: torch.peers(name), note }, 2);
    }
  } finally {
    torch.end();
  }
}
