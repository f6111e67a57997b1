// Parts are taken up again for the same contents, read in the same way, wherever the files lie.
import { expect, it } from 'vitest';
import type { AttackRequest, FilesSource } from '../src/attack/request.ts';
import { workOf } from '../src/attack/work-of.ts';

const source: FilesSource = { from: 'files', model: 'a.onnx', data: 'x.npy', labels: 'y.npy', shape: {}, mean: [0.5] };
const request: AttackRequest = { source, curve: [], battery: 'quick', work: {}, seed: 0 };
const bench: Parameters<typeof workOf>[0] = {
  origin: { path: 'a.onnx', sha256: 'a' },
  data: { path: 'x.npy', sha256: 'b' },
};
const of = (changes: Partial<AttackRequest>, on = bench) => workOf(on, { ...request, ...changes });

it('tells model, data, reading and choice from others, and no more', () => {
  const own = of({});
  expect(of({ source: { ...source, model: 'b.onnx', data: 'z.npy', labels: 'w.npy' }, first: 3, seed: 1 })).toBe(own);
  expect(of({ indices: 'places.txt' })).toBe(own); // what the file holds is in the bench
  const others = [
    of({}, { ...bench, origin: { path: 'a.onnx', sha256: 'c' } }),
    of({}, { ...bench, data: { path: 'x.npy', sha256: 'c' } }),
    of({}, { ...bench, indices: [1, 2] }),
    of({}, { ...bench, indices: [1, 3] }),
    of({ source: { ...source, mean: [0.25] } }),
    of({ source: { ...source, divideBy: 2 } }),
    of({ source: { ...source, layout: 'nchw' } }),
    of({ source: { ...source, network: 'mlp' } }),
  ];
  expect(new Set([own, ...others]).size).toBe(others.length + 1);
});
