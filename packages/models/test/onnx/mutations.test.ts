// Files with random mistakes: each is read or refused in a sentence, quickly, and leaves no tensors.
// ONNX_MUTATIONS=20000 says how many there are.
import { readdirSync, readFileSync } from 'node:fs';
import { InputError, key } from '@advml/core';
import { fromOnnx } from '@advml/models';
import { useWasm } from '@advml/wasm';
import { memory, tidy, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';

const folder = new URL('../pytorch/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.onnx'))
  .map((name) => readFileSync(new URL(name, folder)));
const count = Number(process.env.ONNX_MUTATIONS ?? 300);

beforeAll(() => useWasm());

/** A file with one to four mistakes: bits, bytes, pieces that are missing, doubled or moved, or an end too soon. */
function mutated(file: Uint8Array, at: number): Uint8Array {
  const draws = Array.from(key('mutation', at).uniform(24));
  const below = (limit: number) => Math.floor((draws.pop() as number) * limit);
  let bytes = Uint8Array.from(file);
  for (let mistakes = 1 + below(4); mistakes > 0; mistakes--) {
    const place = below(bytes.length);
    const piece = bytes.slice(place, place + 1 + below(12));
    const kind = below(6);
    if (kind === 0) bytes[place] ^= 1 << below(8);
    if (kind === 1) bytes[place] = below(256);
    if (kind === 2) bytes[place] = [0, 1, 127, 128, 255][below(5)];
    if (kind === 3) bytes = Uint8Array.of(...bytes.slice(0, place), ...bytes.slice(place + piece.length));
    if (kind === 4) bytes = Uint8Array.of(...bytes.slice(0, place), ...piece, ...bytes.slice(place));
    if (kind === 5 && below(8) === 0) bytes = bytes.slice(0, place);
  }
  return bytes;
}

/** Reads a file and uses the model once; gives what happened. */
function tried(bytes: Uint8Array): 'read' | 'refused' {
  try {
    const model = fromOnnx(bytes, { maxNumbers: 2 ** 24 });
    try {
      tidy(() => model(zeros([3, ...model.inputShape.map((length) => length ?? 4)])).dataSync());
    } finally {
      model.dispose();
    }
    return 'read';
  } catch (error) {
    if (error instanceof InputError) return 'refused';
    throw error;
  }
}

it(`${count} files with mistakes are read or refused`, { timeout: 3_600_000 }, () => {
  const found = { read: 0, refused: 0 };
  const before = memory().numTensors;
  let slowest = 0;
  for (let at = 0; at < count; at++) {
    const started = performance.now();
    try {
      found[tried(mutated(files[at % files.length], at))] += 1;
    } catch (error) {
      throw new Error(`mutation ${at}`, { cause: error });
    }
    slowest = Math.max(slowest, performance.now() - started);
    expect(memory().numTensors, `tensors after mutation ${at}`).toBe(before);
  }
  if (process.env.ONNX_MUTATIONS) console.log(found, `slowest ${slowest.toFixed(0)} ms`, memory().numBytes);
  expect(found.read).toBeGreaterThan(0);
  expect(found.refused).toBeGreaterThan(0);
  expect(slowest).toBeLessThan(10_000);
});
