// A network that hides its gradient is seen, one that does not is not, and reports say so.

import { pgd, square } from '@advml/attacks';
import { type Battery, ball, key, linf } from '@advml/core';
import { tableOverSeeds } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import {
  matMul,
  memory,
  mul,
  reshape,
  round,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { accuraciesUnder, believedUnder } from '../src/shared/accuracies.ts';
import { LOOKED_AT, lookForMasking, maskingTables, signsCell, signsDetail, signsNote } from '../src/shared/masking.ts';

beforeAll(() => useWasm());

const INPUTS = 6;
const batch = () => {
  const x = key('masking', 0)
    .child('x')
    .normal(40 * INPUTS);
  const rows = Array.from({ length: 40 }, (_, at) => Array.from(x.subarray(at * INPUTS, (at + 1) * INPUTS)));
  const labels = rows.map((row) => (row.reduce((sum, value) => sum + value, 0) > 0 ? 1 : -1));
  return { x: tensor2d(rows), y: tensor1d(labels) };
};
/** The sum of the inputs: linear, and of the right sign on every example. */
const linear = (x: Tensor) =>
  tidy(() => reshape(matMul(x as Tensor2D, tensor2d(Array(INPUTS).fill(1), [INPUTS, 1])), [x.shape[0]]));
/** The same with its inputs rounded to hundredths, which leaves no gradient at all. */
const rounded = (x: Tensor) => tidy(() => linear(mul(round(mul(x, 100)), 0.01)));

const own = (threat: Parameters<Battery[number]['attack']>[0], steps: number) => pgd({ threat, steps, start: 'none' });
const members: Battery = [
  { kind: 'white-box', attack: (threat) => own(threat, 10), withSteps: own },
  { kind: 'black-box', attack: (threat) => square({ threat, queries: 60 }) },
];
const look = async (model: (x: Tensor) => Tensor) => {
  const examples = batch();
  const tensors = memory().numTensors;
  const found = await lookForMasking(model, examples, ball(linf, 0.3), members, { key: key('masking', 1) });
  expect(memory().numTensors).toBe(tensors);
  for (const tensor of Object.values(examples)) tensor.dispose();
  return found;
};

describe('signs of a masked gradient', () => {
  it('are none where the network is linear, though all that there are attacks for were looked for', async () => {
    const found = await look(linear);
    expect(found.seen).toEqual([]);
    expect(found.examples).toBe(40);
    expect(found.checked).toEqual(
      expect.arrayContaining([
        'zero-gradients',
        'noise-as-good',
        'black-box-better',
        'one-step-better',
        'loss-not-rising',
      ]),
    );
  });

  it('are seen where rounding leaves no gradient, and stand in the report of one seed and of several', async () => {
    const found = await look(rounded);
    expect(found.seen.map(({ id }) => id)).toEqual(expect.arrayContaining(['zero-gradients', 'black-box-better']));
    const of = (one?: typeof found) => maskingTables('masking', [{ network: 'w', threat: 'linf 0.3', found: one }]);
    const [table] = of(found);
    expect(table.rows[0][2]).toContain('black-box-better: ');
    expect(tableOverSeeds([table, of({ ...found, seen: [] })[0]]).rows[0][2]).toMatch(/^.*zero-gradients: .* \/ none$/);
    expect(of({ ...found, checked: [], seen: [] })[0].rows[0][2], 'where no example is right').toBe('not looked for');
  });

  it('have no table in runs of earlier versions', () => {
    expect(maskingTables('masking', [{ network: 'w', threat: 'l2' }])).toEqual([]);
  });
});

describe('an accuracy that can be believed', () => {
  it('comes with the signs on the first of its examples, which its numbers do not depend on', async () => {
    const examples = batch();
    const threat = ball(linf, 0.3);
    const attack = members[0].attack(threat);
    const options = { key: key('masking', 2), batchSize: 16 };
    const believed = await believedUnder(rounded, examples, attack, members, options);
    const alone = await accuraciesUnder(rounded, examples, attack, options);
    expect(believed).toEqual({ ...alone, masking: expect.anything() });
    expect(believed.masking.seen.map(({ id }) => id)).toContain('zero-gradients');
    expect(believed.masking.examples).toBe(Math.min(LOOKED_AT, 40));
    for (const tensor of Object.values(examples)) tensor.dispose();
  });

  it('says in a cell, a note and a detail what was seen', async () => {
    const [seen, none] = [await look(rounded), await look(linear)];
    expect(signsCell(none)).toBe('none');
    expect(signsCell(none, seen, undefined)).toMatch(/^zero-gradients, .*black-box-better/);
    expect(signsCell(undefined)).toBe('not looked for');
    expect(signsCell({ ...none, checked: [] }), 'where no example is right').toBe('not looked for');
    expect(signsNote([undefined, none])).toMatch(/ on 40 examples of each network: zero-gradients, /);
    expect(signsNote([undefined])).toBe('');
    expect(signsDetail({ w: none, other: undefined })).toEqual({ maskingSigns: 'none' });
    expect(signsDetail({ w: none, other: seen })).toEqual({ maskingSigns: { other: signsCell(seen) } });
    expect(signsDetail({ w: undefined })).toEqual({});
  });
});
