// Certificates beside attacks, and certified accuracy against the radius.

import { clopperPearson } from '@advml/metrics';
import { owning, parseSetting } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory, scalar, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Certified, paperSetting } from '../src/index.ts';
import { certifiedCurve, certify, isProved } from '../src/paper/certification/certify.ts';
import { requireAgreement } from '../src/paper/certification/stages.ts';
import { freshExamples } from '../src/paper/examples.ts';
import { paperWorld } from '../src/paper/world.ts';
import { pointAt } from '../src/shared/curve.ts';

beforeAll(async () => {
  await useWasm();
});

describe('a certificate', () => {
  const certified = { certifier: 'a bound', attack: 'a battery', brokenByAttack: 4 } as Certified;

  it('agrees with an attack that broke none but what is not proved', () => {
    expect(() => requireAgreement(certified, { robust: clopperPearson(96, 100) })).not.toThrow();
  });

  it('contradicts one that broke more', () => {
    expect(() => requireAgreement(certified, { robust: clopperPearson(95, 100) })).toThrow(
      /5 examples are broken by a battery, but 4 of those that a bound does not prove: .* contradict each other/,
    );
  });
});

describe('a bound', () => {
  it('proves what float32 cannot undo', () => {
    expect(isProved(1e-3, 4)).toBe(true);
    expect([1e-5, 0, -1, -Infinity].map((bound) => isProved(bound, 4))).toEqual([false, false, false, false]);
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
      const fresh = own(freshExamples(world, 40));
      const found = await certify(world, network, fresh, {});
      expect(found.certified.value).toBe(1); // a move of .1 neither opens a unit nor closes one of 1/sqrt 2
      const points = [0, 0.1, 0.5, 2].map((eps) => pointAt(eps, clopperPearson(1, 40)));
      const valuesAfter = async (brokenAt: readonly (number | null)[]) => {
        const curve = await certifiedCurve(world, network, fresh, { attack: 'one', points, brokenAt }, {});
        expect(curve.map(({ eps }) => eps)).toEqual([0, 0.1, 0.5, 2]);
        return curve.map(({ certified }) => certified.value);
      };
      const values = await valuesAfter(Array(40).fill(null));
      expect(values[1]).toBe(1);
      expect(await valuesAfter([0, 0.1, ...Array(38).fill(2)])).toEqual([39 / 40, 38 / 40, expect.any(Number), 0]);
      expect(await valuesAfter(Array(40).fill(0.1))).toEqual([1, 0, 0, 0]);
      expect(values).toEqual([...values].sort((a, b) => b - a));
      expect(found.spectralNorm).toBeCloseTo(1, 6);
      expect(values[3]).toBe(0); // longer than any input
    });
    expect(memory().numTensors).toBe(tensors);
  });
});
