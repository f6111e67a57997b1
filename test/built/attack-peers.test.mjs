// PGD and APGD find what implementations in PyTorch find that were written from the papers, on the same weights and inputs.
import { test } from 'node:test';
import { useWasm } from '@advml/wasm';
import { requireSame, startCases } from '../../bench/attack-cases.mjs';

test('PGD and APGD agree with PyTorch on a perceptron and on a convolutional network', async (t) => {
  await useWasm();
  const { cases, torch } = await startCases(20);
  try {
    for (const { name, run } of cases) {
      const theirs = await torch.result(name);
      if (theirs === undefined) return t.skip('no PyTorch here');
      await t.test(name, () => requireSame(name, run(), theirs));
    }
  } finally {
    torch.end();
  }
});
