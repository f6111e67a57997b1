// DeepFool and Carlini-Wagner come as close as implementations in PyTorch that were written from the papers, on the same
// weights and inputs.
import { test } from 'node:test';
import { useWasm } from '@advml/wasm';
import { requireAsClose, startMinimalCases } from '../../bench/minimal-cases.mjs';

test('DeepFool and Carlini-Wagner agree with PyTorch', async (t) => {
  await useWasm();
  const { cases, torch } = await startMinimalCases();
  try {
    for (const { name, run } of cases) {
      const theirs = await torch.result(name);
      if (theirs === undefined) return t.skip('no PyTorch here');
      await t.test(name, () => requireAsClose(name, run(), theirs));
    }
  } finally {
    torch.end();
  }
});
