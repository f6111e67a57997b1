// What the command's card claims of AutoAttack: only what its attacks, with their own numbers of steps, came to.
import { noise } from '@advml/attacks';
import { type Battery, ball, key, l2 } from '@advml/core';
import { evaluate } from '@advml/metrics';
import { useWasm } from '@advml/wasm';
import { sum, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import type { Attacked } from '../src/attack/attack-bench.ts';
import { cardOf } from '../src/attack/card.ts';

beforeAll(() => useWasm());

it.each([
  ['l2', 'standard', {}, '100.00'],
  ['l0', 'standard', {}, null],
  ['l2', 'standard', { steps: 5 }, null],
  ['l2', 'quick', {}, null],
])('in %s under --battery %s with %o', async (norm, battery, work, expected) => {
  const attacks: Battery = [{ kind: 'black-box', attack: (threat) => noise({ threat, draws: 1 }) }];
  const options = { key: key('card', 0), diagnosed: 0 };
  const batch = { x: tensor2d([[1, 2]]), y: tensor1d([1]) };
  const found = await evaluate((x) => sum(x, 1), batch, ball(l2, 0.1), attacks, options);
  const asked = { request: { battery, norm, work, seed: 0 }, model: { path: 'm' }, data: { path: 'd' } };
  expect(cardOf({ ...found, ...asked } as unknown as Attacked).autoattack_acc).toBe(expected);
});
