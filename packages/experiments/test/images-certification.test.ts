// What is proved of networks on images, beside what attacks left.

import { crown, intervalBound } from '@advml/certify';
import { ball, classifier, key, linf, paramsFromArrays } from '@advml/core';
import { balancedSplit } from '@advml/data';
import { digits } from '@advml/data/digits';
import { decodeSafetensors } from '@advml/formats';
import { cnn } from '@advml/networks';
import { type Overrides, parseSetting, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificationFigures } from '../src/images/certification/figures.ts';
import { type CertificationMeasures, type Certified, provedOf } from '../src/images/certification/measures.ts';
import type { CertificationSetting } from '../src/images/certification/setting.ts';
import { certificationTables } from '../src/images/certification/tables.ts';
import { imagesCnn } from '../src/index.ts';
import { type OpenStore, openStore, textOf } from './tiny.ts';
import { tinyImages } from './tiny-images.ts';
import { faultOf } from './well-formed.ts';

beforeAll(async () => {
  await useWasm();
});

async function runOf(more: Overrides): Promise<OpenStore> {
  const store = openStore();
  await startRun(store, imagesCnn, tinyImages('images-cnn', { claims: ['certification'] }, more));
  return store;
}

const measure = (store: OpenStore, name: string) => JSON.parse(textOf(store, `measures/certified/${name}.json`)).value;

/** Large enough to learn something. */
const sizes = { filters: [8, 8], sizes: [3, 2], hidden: [16] };

describe('a run', () => {
  let store: OpenStore;
  beforeAll(async () => {
    const { numTensors } = memory();
    store = await runOf({
      ...{ data: { train: 500 }, initialScale: 1, clean: { epochs: 6 }, adversarial: { epochs: 2 } },
      ...{ network: sizes, certificates: { examples: 12 } },
    });
    expect(memory().numTensors).toBe(numTensors);
  });

  it('proves at most what attacks leave, and less at larger radii', () => {
    for (const [norm, eps] of [
      ['linf', 0.15],
      ['l2', 0.6],
    ] as const)
      for (const network of ['clean', `robust-${norm}`]) {
        const { points } = measure(store, `${network}-${norm}`) as Certified;
        expect(points.map((point) => point.eps)).toEqual([0, 0.05 * eps, 0.2 * eps]);
        for (const [at, { certified, accuracy }] of points.entries()) {
          expect(accuracy.trials).toBe(12);
          expect(certified?.value).toBeLessThanOrEqual(accuracy.value);
          if (at > 0) expect(certified?.value).toBeLessThanOrEqual(points[at - 1].certified?.value as number);
        }
        expect(points[0].certified?.value).toBe(points[0].accuracy.value);
      }
  });

  it('says what the certifier itself says, which is better than intervals', async () => {
    const network = cnn({
      ...sizes,
      inputs: [8, 8, 1],
      outputs: 10,
      strides: [2, 2],
      pooling: 'none',
    });
    const weights = store.files.get('weights/robust-linf.safetensors') as Uint8Array;
    const model = classifier(network, paramsFromArrays(decodeSafetensors(weights).tensors));
    const { x, y } = balancedSplit(digits(), 30, key('digits', 0)).validation.take(12);
    const threat = ball(linf, 0.2 * 0.15, { low: 0, high: 1 });
    const [proved, byIntervals] = [crown({ threat, neurons: 256 }), intervalBound({ threat })].map(async (certify) => {
      const { certified } = await certify(model, x, y);
      return certified.filter((one) => one).length;
    });
    const { points } = measure(store, 'robust-linf-linf') as Certified;
    expect(points[2].certified?.successes).toBe(await proved);
    expect(await proved).toBeGreaterThanOrEqual(await byIntervals);
    expect(await proved).toBeGreaterThan(0);
  });

  it('keeps numbers that JSON can say', () => {
    for (const name of store.files.keys())
      if (name.startsWith('measures/')) expect(textOf(store, name)).not.toMatch(/null/);
  });

  it('shows both in a table and a figure a norm', () => {
    const table = textOf(store, 'tables/certified.csv');
    const radii = ['linf 0.0075', 'linf 0.03', 'l2 0.03', 'l2 0.12'];
    const rows = radii.flatMap((radius) => [`"certified, ${radius}"`, `"left by attacks, ${radius}"`]);
    const found = table.trim().split('\n').slice(1);
    expect(found.map((row) => row.match(/^"[^"]*"/)?.[0])).toEqual(rows);
    for (const norm of ['linf', 'l2']) expect(faultOf(textOf(store, `figures/certified-${norm}.svg`))).toBeUndefined();
  });
});

it('says of a network that bounds cannot go through why, and goes on', async () => {
  const store = await runOf({ network: { norm: 'group' }, certificates: { examples: 2 } });
  expect(measure(store, 'clean-linf').refused).toMatch(/bounds cannot go through layer 'norm1'/);
  expect(textOf(store, 'report.html')).toContain('bounds cannot go through layer');
  expect([...store.files.keys()].filter((file) => file.startsWith('figures/'))).toEqual([]);
});

it('does nothing where no examples are wanted', () => {
  const setting = parseSetting(imagesCnn.schema, [
    { certificates: { examples: 0 } },
  ]) as unknown as CertificationSetting;
  const none: CertificationMeasures = [];
  expect(certificationTables(none, setting)).toEqual([]);
  expect(certificationFigures([{ seed: 0, store: openStore(), measures: none }], setting)).toEqual([]);
  expect(provedOf(none)).toEqual([]);
  expect(
    imagesCnn.stages(parseSetting(imagesCnn.schema, [{ certificates: { examples: 0 }, claims: ['certification'] }]), 0),
  ).toEqual([]);
});
