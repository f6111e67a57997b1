// What is kept of an attack is found whole or refused: no flipped bit changes a result.
import { InputError } from '@advml/core';
import { memoryStore } from '@advml/runs';
import { expect, it } from 'vitest';
import type { KeptPart } from '../src/attack/attack-bench.ts';
import { keptParts } from '../src/attack/parts.ts';

const outcome = { margin: 0.5, distance: 0.25, gradients: 3, queries: 0, zeroGradient: false };
const parts: readonly KeptPart[] = [0, 1].map((at) => ({
  of: 'model and data',
  job: `${at}`,
  positions: [at],
  outcomes: [{ ...outcome, margin: at - 0.5 }],
  warnings: [],
}));

async function storeOf(bytes: Uint8Array | string) {
  const store = memoryStore();
  await store.write('parts.jsonl', bytes);
  return store;
}

it('is read back, and gone on with; a flipped bit is refused, or the part is made again', async () => {
  const store = memoryStore();
  const kept = await keptParts(store);
  for (const part of parts) kept.keep(part);
  await kept.settled();
  await expect(keptParts(store)).rejects.toThrow('in use'); // two would write one file
  await kept.release();
  const again = await keptParts(store);
  expect(again.done).toEqual(parts);
  const bytes = (await store.read('parts.jsonl')) as Uint8Array;
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    const found = await keptParts(await storeOf(flipped)).catch((error: unknown) => error);
    if (found instanceof Error) expect(found, `bit ${bit}`).toBeInstanceOf(InputError);
    else expect((found as typeof kept).done).toEqual(parts.slice(0, 1)); // the last newline is gone
  }
  const [first, second] = new TextDecoder().decode(bytes).split('\n');
  for (const spoilt of [`${second}\n`, `${first}\n${first}\n`, `${second}\n${first}\n`])
    await expect(keptParts(await storeOf(spoilt))).rejects.toThrow('parts.jsonl is damaged');
});

it('is not put into the folder of a run', async () => {
  const store = memoryStore();
  await store.write('run.json', '{}');
  await expect(keptParts(store)).rejects.toThrow('memory holds a run; choose another folder for --out');
});
