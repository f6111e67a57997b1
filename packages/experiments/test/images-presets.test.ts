// Presets for the images of other people, on small files that were made in their formats; and the colour set, which needs none.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cnn, resnet } from '@advml/networks';
import { type Overrides, parseSetting, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { experimentNamed } from '../src/catalogue.ts';
import type { ImagesSetting } from '../src/images/setting.ts';
import { imagesWorld, type MakeNetwork } from '../src/images/world.ts';
import { openStore, textOf } from './tiny.ts';
import { tinyImages } from './tiny-images.ts';

beforeAll(async () => {
  await useWasm();
});

function folderOf(files: Readonly<Record<string, Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'advml-presets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

const records = (count: number) =>
  Uint8Array.from({ length: count * 3073 }, (_, at) => (at % 3073 === 0 ? (at / 3073) % 10 : (at * 7919) % 256));
const cifar = () =>
  folderOf({
    ...Object.fromEntries([1, 2, 3, 4, 5].map((batch) => [`data_batch_${batch}.bin`, records(4)])),
    'test_batch.bin': records(10),
  });

const idx = (shape: number[], entries: (at: number) => number) => {
  const size = shape.reduce((product, length) => product * length, 1);
  const head = [0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, 0, length])];
  return Uint8Array.from([...head, ...Array.from({ length: size }, (_, at) => entries(at))]);
};
const mnist = () =>
  folderOf(
    Object.fromEntries(
      ['train', 't10k'].flatMap((part) => [
        [`${part}-images-idx3-ubyte`, idx([20, 28, 28], (at) => (at * 7919) % 256)],
        [`${part}-labels-idx1-ubyte`, idx([20], (at) => at % 10)],
      ]),
    ),
  );

const makers = {
  'images-cnn': (sizes, inputs, outputs) => cnn({ ...(sizes as object), inputs, outputs }),
  'images-resnet': (sizes, inputs, outputs) => resnet({ ...(sizes as object), inputs, outputs }),
} satisfies Readonly<Record<string, MakeNetwork<unknown>>>;

describe.each([
  ['images-cnn', 'mnist', mnist, 3_274_634, ['conv1', 'conv2', 'dense1', 'dense2']],
  ['images-cnn', 'cifar', cifar, 1_072_330, ['conv1', 'conv2', 'dense1', 'dense2']],
  [
    'images-cnn',
    'large',
    cifar,
    undefined,
    ['conv1', 'conv2', 'conv3', 'conv4', 'conv5', 'dense1', 'dense2', 'dense3'],
  ],
  ['images-resnet', 'cifar', cifar, undefined, undefined],
  ['images-resnet', 'large', cifar, undefined, undefined],
] as const)('%s --preset %s', (name, preset, folder, parameters, layers) => {
  const { schema, presets } = experimentNamed(name);
  const settingOf = (more: Overrides = {}) => parseSetting(schema, [presets[preset], more]) as ImagesSetting;

  it('makes its network for the files of its set', async () => {
    const world = await imagesWorld(settingOf({ data: { folder: folder() } }), 0, makers[name]);
    const shapes = Object.values(world.network.layers.parameters(world.shape)).map(({ shape }) => shape);
    const size = shapes.reduce((sum, shape) => sum + shape.reduce((product, length) => product * length, 1), 0);
    expect(world.shape).toEqual(preset === 'mnist' ? [28, 28, 1] : [32, 32, 3]);
    if (parameters) expect(size).toBe(parameters); // of MNIST: 832 + 51264 + 3212288 + 10250, as Madry et al. have it
    if (layers) expect(world.weights).toEqual(layers.map((layer) => `${layer}.weight`));
    expect(world.names[0]).toBe(preset === 'mnist' ? '0' : 'airplane');
  });

  it('attacks at the radii that are usual for its set', () => {
    const { threats, data, adversarial } = settingOf();
    if (preset === 'mnist') {
      expect(threats).toEqual([{ norm: 'linf', eps: 0.3 }]);
      expect(adversarial.attackSteps).toBe(40);
      expect(adversarial.stepSize * 0.3).toBeCloseTo(0.01, 12);
    } else {
      expect(threats).toEqual([
        { norm: 'linf', eps: 8 / 255 },
        { norm: 'l2', eps: 0.5 },
      ]);
      expect(data).toMatchObject({ set: 'cifar-10', shift: 4, flip: true });
    }
  });
});

it('trains and measures on files of CIFAR-10 by the preset', async () => {
  const store = openStore();
  const few = { claims: ['C5'], data: { folder: cifar() }, clean: { batch: 8 }, adversarial: { batch: 8 } };
  const less = { clean: { epochs: 0.5 }, adversarial: { epochs: 0.5 }, network: { filters: [4, 8] } };
  const evaluation = { examples: 2, probeExamples: 2 };
  const seldom = {
    sparse: { images: 2 },
    lowRank: { examples: 2 },
    pictures: { examples: 1 },
    certificates: { examples: 0 },
    path: { examples: 2 },
    frozen: { examples: 2 },
  };
  await startRun(store, experimentNamed('images-resnet'), {
    preset: 'cifar',
    overrides: [few, less, { evaluation }, seldom],
  });
  expect(JSON.parse(textOf(store, 'measures/images.json')).value).toMatchObject({
    train: 20,
    test: 10,
    shape: [32, 32, 3],
  });
  const [claim] = JSON.parse(textOf(store, 'claims.json')).claims;
  expect(claim.detail).toMatchObject({ images: 'cifar-10', norm: 'linf', eps: 8 / 255 });
});

it('has a colour set that needs no files', async () => {
  const store = openStore();
  const colour = { claims: ['C5', 'C15'], data: { set: 'colour', train: 64 } };
  await startRun(store, experimentNamed('images-cnn'), tinyImages('images-cnn', colour));
  expect(JSON.parse(textOf(store, 'measures/images.json')).value).toMatchObject({
    train: 64,
    test: 4000,
    shape: [32, 32, 3],
  });
  expect(JSON.parse(textOf(store, 'measures/sparse.json')).value).toMatchObject({ patch: '3 x 3 x 3' });
  const elsewhere = tinyImages('images-cnn', { data: { set: 'colour', folder: 'x' } });
  await expect(startRun(openStore(), experimentNamed('images-cnn'), elsewhere)).rejects.toThrow(
    "data.folder must be null for the built-in colour, got 'x'",
  );
});

describe('what cannot be compared is refused before the first stage', () => {
  const checked = (name: string, overrides: Overrides) => {
    const { schema, presets, check } = experimentNamed(name);
    return check?.(parseSetting(schema, [presets.smoke, overrides]), 0);
  };

  it.each<[string, string, Overrides, RegExp]>([
    [
      'neurons of one input',
      'images-mlp',
      { network: { hidden: [1] } },
      /neurons of 'layer2\.weight' must have two inputs/,
    ],
    [
      'filters wider than images',
      'images-cnn',
      { network: { sizes: [9, 4] } },
      /filters of 'conv1\.weight' must be at most 8 wide/,
    ],
    ['penalties of zero', 'images-mlp', { sparse: { penalties: [0] } }, /sparse\.penalties/],
  ])('%s', async (_, name, overrides, message) => {
    await expect((async () => checked(name, overrides))()).rejects.toThrow(message);
  });

  it('takes such filters where nothing compares them with patches', async () => {
    await expect(checked('images-cnn', { network: { sizes: [9, 4] }, claims: ['C1'] })).resolves.toBeUndefined();
  });

  it('test images of one class, as files sorted by class begin with', async () => {
    const folder = folderOf(
      Object.fromEntries(
        ['train', 't10k'].flatMap((part) => [
          [`${part}-images-idx3-ubyte`, idx([200, 28, 28], (at) => (at * 7919) % 256)],
          [`${part}-labels-idx1-ubyte`, idx([200], (at) => Math.floor(at / 100))],
        ]),
      ),
    );
    const data = { set: 'mnist', folder, train: 100 };
    await expect(checked('images-mlp', { data })).rejects.toThrow(
      'the first 40 test images of mnist, which are attacked, must have several classes, got class 0 alone',
    );
  });
});
