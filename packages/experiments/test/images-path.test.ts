// The path of purification and the frozen-features control of an experiment on images.

import { ball, classifier, key, l2, linf, paramsFromArrays } from '@advml/core';
import { balancedSplit } from '@advml/data';
import { digits } from '@advml/data/digits';
import { decodeSafetensors } from '@advml/formats';
import { robustAccuracy } from '@advml/metrics';
import { resnet } from '@advml/networks';
import { bestCosines, decompose, layerRows } from '@advml/purification';
import { startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { beforeAll, expect, it } from 'vitest';
import { experimentNamed } from '../src/catalogue.ts';
import { probeAttack } from '../src/images/attacks.ts';
import { type OpenStore, openStore, textOf } from './tiny.ts';
import { tinyImages, tinySizes } from './tiny-images.ts';

const run = async (claims: readonly string[]) => {
  const store = openStore();
  await startRun(store, experimentNamed('images-resnet'), tinyImages('images-resnet', { claims }));
  return store;
};
let whole: OpenStore;
beforeAll(async () => {
  await useWasm();
  whole = await run(['C5', 'path', 'frozen']);
});

const measure = (file: string) => JSON.parse(textOf(whole, `measures/${file}.json`)).value;
const bytesOf = (store: OpenStore, weights: string) => store.files.get(`weights/${weights}.safetensors`) as Uint8Array;
const arrays = (weights: string) => decodeSafetensors(bytesOf(whole, weights)).tensors;
const params = (weights: string) => paramsFromArrays(arrays(weights));

/** What the probe leaves of a network on the first test images. */
async function probed(weights: string, norm: string) {
  const { setting } = JSON.parse(textOf(whole, 'run.json'));
  const network = resnet({ inputs: [8, 8, 1], outputs: 10, ...tinySizes['images-resnet'] });
  const threat = norm === 'linf' ? ball(linf, 0.15, { low: 0, high: 1 }) : ball(l2, 0.6, { low: 0, high: 1 });
  const test = balancedSplit(digits(), 30, key('digits', 0)).validation.take(7);
  const options = { key: key('images', 4).child('probe', 'test') };
  return (await robustAccuracy(classifier(network, params(weights)), test, probeAttack(threat, setting), options))
    .accuracy;
}

it.each(['linf', 'l2'])('the path in %s begins at w and ends at the figures of its w prime', async (norm) => {
  const [first, last] = [measure(`path/${norm}-0`), measure(`path/${norm}-1`)];
  for (const { cosine, share } of first.layers) {
    expect(cosine).toBeCloseTo(1, 12);
    expect(share).toBe(1);
  }
  expect(last.layers).toEqual(
    measure(`layers/neurons-${norm}`).layers.map(
      (layer: { name: string; cosine: object; purified: { value: number } }) => ({
        name: layer.name,
        cosine: (layer.cosine as { median: number }).median,
        share: layer.purified.value,
      }),
    ),
  );
  expect([first.step, measure(`path/${norm}-0.3`).step, last.step]).toEqual([0, 1, 3]);
  expect(first.robust).toEqual(await probed('clean', norm));
  expect(last.robust).toEqual(await probed(`robust-${norm}`, norm));
  expect(measure(`path/${norm}-0.3`).robust).toEqual(await probed(`path-${norm}-0.3`, norm));
});

it('compares w with the nearest neurons of the control, in the median over the neurons that its points count', () => {
  const [own, robust, other] = ['clean', 'robust-linf', 'control-robust'].map((weights) => layerRows(params(weights)));
  const names = Object.keys(measure('path/nearest'));
  for (const [name, value] of Object.entries(measure('path/nearest'))) {
    const { larger, cosine } = decompose(own[name], robust[name]);
    const counted = name === names.at(-1) ? [...cosine.keys()] : larger;
    const nearest = counted.map((neuron) => bestCosines(own[name], other[name]).cosine[neuron]).sort((a, b) => a - b);
    const half = nearest.length / 2;
    expect(value).toBeCloseTo((nearest[Math.ceil(half) - 1] + nearest[Math.floor(half)]) / 2, 6);
  }
});

it('is looked at without a change of training, and only where it is asked for', async () => {
  const without = await run(['C5']);
  expect([...without.files.keys()].filter((name) => /path|frozen/.test(name))).toEqual([]);
  for (const name of ['clean', 'robust-linf', 'robust-l2'])
    expect(bytesOf(without, name)).toEqual(bytesOf(whole, name));
});

it('with frozen features everything but the last layer has the bits of w, running statistics too', () => {
  const [w, frozen] = [arrays('clean'), arrays('frozen-linf')];
  expect(Object.keys(frozen)).toEqual(Object.keys(w));
  const changed = Object.keys(w).filter((name) => Buffer.compare(bytes(w[name].data), bytes(frozen[name].data)) !== 0);
  expect(changed).toEqual(['dense.bias', 'dense.weight']);
  expect(Object.keys(w).some((name) => name.endsWith('mean'))).toBe(true);
  expect(textOf(whole, 'tables/frozen.csv').split('\n')).toHaveLength(5);
});

const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength);
