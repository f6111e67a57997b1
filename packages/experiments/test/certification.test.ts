// What slices of certified examples add up to, and certified accuracy against the radius.

import { clopperPearson } from '@advml/metrics';
import { owning, parseSetting } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory, scalar, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { paperSetting } from '../src/index.ts';
import { certifiedCurve, certifySlice } from '../src/paper/certification/certify.ts';
import { joined } from '../src/paper/certification/stages.ts';
import { freshExamples } from '../src/paper/examples.ts';
import { paperWorld } from '../src/paper/world.ts';

beforeAll(async () => {
  await useWasm();
});

const slice = (certified: number, broken: number, brokenByProof: number) => ({
  certifier: 'a bound',
  attack: 'a battery',
  certified,
  broken,
  brokenByProof,
  examples: 100,
});

describe('slices of certified examples', () => {
  it('add up to shares of all', () => {
    const whole = joined([slice(90, 4, 1), slice(95, 2, 0)], 6);
    expect(whole.certified).toEqual(clopperPearson(185, 200));
    expect(whole.notBroken).toEqual(clopperPearson(193, 200));
    expect(whole.undecided).toEqual(clopperPearson(8, 200));
  });

  it('contradict an attack that broke more elsewhere', () => {
    expect(() => joined([slice(90, 4, 1)], 5)).toThrow(
      /5 examples are broken by a battery, but only 4 of those that a bound does not prove: .* contradict each other/,
    );
  });
});

describe('a network whose neurons each carry one feature', () => {
  const setting = parseSetting(paperSetting, [
    {
      tau: 0.1,
      data: { dimension: 24, dictionary: 'identity' },
      network: { neurons: 24 },
      evaluation: { steps: 10, restarts: 1 },
    },
  ]);
  const world = paperWorld(setting, 0);
  const signs = Array.from({ length: 24 }, (_, i) =>
    Array.from({ length: 24 }, (_, j) => (i === j ? Math.sign(world.data.wStar[i]) : 0)),
  );

  it('is certified as far as its thresholds and votes allow, and leaves no tensor', async () => {
    const tensors = memory().numTensors;
    await owning(async (own) => {
      const network = own({ weight: tensor2d(signs), bias: scalar(0.15) });
      const indices = Array.from({ length: 40 }, (_, at) => at);
      const fresh = own(freshExamples(world, indices));
      const found = await certifySlice(world, network, fresh, indices, {});
      expect(found.certified).toBe(40); // a move of .1 neither opens a unit nor closes one of 1/sqrt 2
      const curve = await certifiedCurve(world, network, fresh, [0, 0.1, 0.5, 2], {});
      const values = curve.map(({ certified }) => certified.value);
      expect(values[1]).toBe(1);
      expect(values).toEqual([...values].sort((a, b) => b - a));
      expect(values[3]).toBe(0); // longer than any input
    });
    expect(memory().numTensors).toBe(tensors);
  });
});
