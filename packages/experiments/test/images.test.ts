// Runs on images: what they leave, what their numbers are, and that they can be stopped anywhere.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortedError,
  ball,
  classifier,
  InputError,
  key,
  l2,
  linf,
  mapParams,
  type Params,
  paramsFromArrays,
  summarize,
} from '@advml/core';
import { balancedSplit } from '@advml/data';
import { digits } from '@advml/data/digits';
import { decodeSafetensors } from '@advml/formats';
import { robustAccuracy } from '@advml/metrics';
import { cnn, mlp } from '@advml/networks';
import { decompose, layerRows, singularValues } from '@advml/purification';
import { type Claim, parseSetting, type RunEvent, reportRun, resumeRun, startRun } from '@advml/runs';
import { diskStore, stageWorkers } from '@advml/runs/disk';
import { useWasm } from '@advml/wasm';
import { memory, sub, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { catalogue, experimentNamed } from '../src/catalogue.ts';
import { standardAttack } from '../src/images/attacks.ts';
import { imagesParts } from '../src/images/parts.ts';
import type { ImagesSetting } from '../src/images/setting.ts';
import { imagesMlp } from '../src/index.ts';
import { leavings, type OpenStore, openStore, textOf } from './tiny.ts';
import { tinyImages } from './tiny-images.ts';
import { unbelieved } from './unbelieved.ts';
import { faultOf } from './well-formed.ts';

const names = ['images-mlp', 'images-cnn', 'images-resnet'] as const;
const runs = new Map<string, { readonly store: OpenStore; readonly claims: readonly Claim[] }>();

beforeAll(async () => {
  await useWasm();
  for (const name of names) {
    const store = openStore();
    runs.set(name, { store, claims: await startRun(store, experimentNamed(name), tinyImages(name)) });
  }
});

const storeOf = (name: string): OpenStore => runs.get(name)?.store as OpenStore;
const settingOf = (name: string): ImagesSetting =>
  parseSetting(experimentNamed(name).schema, [JSON.parse(textOf(storeOf(name), 'run.json')).setting]) as ImagesSetting;
const measure = (name: string, file: string) => JSON.parse(textOf(storeOf(name), `measures/${file}.json`)).value;
const weights = (name: string, file: string): Params => {
  const bytes = storeOf(name).files.get(`weights/${file}.safetensors`) as Uint8Array;
  return paramsFromArrays(decodeSafetensors(bytes).tensors);
};
const testDigits = () => balancedSplit(digits(), 30, key('digits', 0)).validation;

it.each(imagesParts.map(({ name, claims }) => claims[0]?.id ?? name))('can be asked for %s alone', async (choice) => {
  const store = openStore();
  const claims = await startRun(store, imagesMlp, tinyImages('images-mlp', { claims: [choice] }));
  expect(claims.map(({ id }) => id)).toEqual(choice.startsWith('C') ? [choice] : []);
});

describe.each(names)('%s', (name) => {
  it('judges its claims in order, on the images and the threat that it names', () => {
    const { claims } = runs.get(name) as { claims: readonly Claim[] };
    expect(claims.map(({ id }) => id)).toEqual(['C1', 'C2', 'C3', 'C4', 'C5', 'C13', 'C14', 'C15', 'C16']);
    for (const { value, detail } of claims) {
      expect(value).toSatisfy(Number.isFinite);
      expect(detail).toMatchObject({ images: 'digits', norm: 'linf', eps: 0.15 });
    }
    expect(claims[1].quantity).toBe('robust accuracy of w at eps = 0.15 (linf), digits');
  });

  it('leaves numbers that JSON can say, whole pictures, and a report that has them', () => {
    const { files } = storeOf(name);
    for (const file of files.keys()) {
      if (file.startsWith('measures/')) expect(textOf(storeOf(name), file), file).not.toMatch(/null/);
      if (file.endsWith('.svg')) expect(faultOf(textOf(storeOf(name), file)), file).toBeUndefined();
    }
    const figures = [...files.keys()].filter((file) => file.startsWith('figures/'));
    for (const figure of [
      'filters',
      'attacked',
      'layers-linf',
      'layers-l2',
      'low-rank',
      'low-rank-recovered',
      'robustness-l2',
      'sparse',
      'training',
    ])
      expect(figures).toContain(`figures/${figure}.svg`);
    expect(figures.filter((file) => file.includes('neurons-'))).toHaveLength(2);
    const report = textOf(storeOf(name), 'report.html');
    for (const figure of figures) expect(report).toContain(`<figure id="${figure.slice(8, -4)}">`);
    expect([...files.keys()].filter((file) => file.includes('checkpoint'))).toEqual([]);
  });

  it('has signs of a masked gradient beside every robust accuracy', () => {
    expect(unbelieved(storeOf(name))).toEqual([]);
    expect(textOf(storeOf(name), 'tables/masking.csv')).toContain("\ncontrol's w',linf 0.15,");
    expect(textOf(storeOf(name), 'tables/low-rank.csv')).toMatch(/^network,r,.*,signs of a masked gradient\n/);
  });

  it('counts as robust what the standard battery leaves when it is given all images at once', async () => {
    const setting = settingOf(name);
    const [, { network }] = [name, JSON.parse(textOf(storeOf(name), 'run.json')).setting];
    const make = {
      'images-mlp': () => mlp({ inputs: [8, 8, 1], outputs: 10, ...network }),
      'images-cnn': () => cnn({ inputs: [8, 8, 1], outputs: 10, ...network }),
    };
    const made = make[name as keyof typeof make]?.();
    if (!made) return;
    const params = weights(name, 'robust-linf');
    const { accuracy } = await robustAccuracy(
      classifier(made, params),
      testDigits().take(53),
      standardAttack(ball(linf, 0.15, { low: 0, high: 1 }), setting),
      { key: key('images', 4).child('attack', 'linf') },
    );
    const claim = runs.get(name)?.claims[2] as Claim;
    expect([claim.value, ...(claim.interval ?? [])]).toEqual([accuracy.value, accuracy.low, accuracy.high]);
  });

  it('looks at every layer from the input on', () => {
    const { layers } = measure(name, 'layers/neurons-linf');
    const [w, wPrime] = ['clean', 'robust-linf'].map((network) => layerRows(weights(name, network)));
    const w0 = weights(name, 'init');
    const grown = ['clean', 'robust-linf'].map((network) =>
      layerRows(tidy(() => mapParams(weights(name, network), (tensor, entry) => sub(tensor, w0[entry])))),
    );
    const order = {
      'images-mlp': /^layer1,layer2,layer3$/,
      'images-cnn': /^conv1,conv2,dense1,dense2$/,
      'images-resnet':
        /^conv1,block1.body.conv1,block1.body.conv2,block2.body.conv1,block2.body.conv2,block2.shortcut.conv,dense$/,
    };
    const found = layers.map((layer: { name: string }) => layer.name.replace('.weight', '')).join();
    expect(found).toMatch(order[name]);
    for (const [at, layer] of layers.entries()) {
      const { cosine, larger, share } = decompose(w[layer.name], wPrime[layer.name]);
      const isOutput = at === layers.length - 1;
      const cosines = isOutput ? [...cosine] : larger.map((neuron) => cosine[neuron]);
      expect(layer.cosine.median).toBeCloseTo(summarize(cosines.filter(Number.isFinite)).median, 12);
      expect(layer.purified.successes).toBe(cosines.filter((one) => one > Math.SQRT1_2).length);
      expect(layer.purified.trials).toBe(isOutput ? layer.neurons : Math.ceil(layer.neurons / 2));
      expect(layer.purifiedOfAll.value).toBeCloseTo(share, 12);
      expect(layer.control.nearest.median).toBeLessThan(1);
      const added = decompose(grown[0][layer.name], grown[1][layer.name]).cosine;
      const ofCounted = isOutput ? [...added] : larger.map((neuron) => added[neuron]);
      expect(layer.added).toBeCloseTo(summarize(ofCounted.filter(Number.isFinite)).median, 12);
    }
    expect(measure(name, 'layers/neurons-l2').layers[0]).not.toHaveProperty('control');
  });

  it('trains updates of no more than a share of the full rank of each layer, and of rank 1 at least', async () => {
    const w = layerRows(weights(name, 'clean'));
    for (const share of [0.1, 0.5]) {
      const updated = weights(name, `rank-${share}`);
      const change = layerRows(
        tidy(() =>
          Object.fromEntries(
            Object.entries(updated).map(([entry, values]) => [entry, sub(values, weights(name, 'clean')[entry])]),
          ),
        ),
      );
      for (const [layer, matrix] of Object.entries(change)) {
        const values = await singularValues(matrix);
        expect(Math.min(...w[layer].shape)).toBe(values.length);
        expect(values[0], layer).toBeGreaterThan(0);
        const rank = Math.max(1, Math.floor(share * values.length));
        if (rank < values.length) expect(values[rank] / values[0], layer).toBeLessThan(1e-5);
      }
    }
  });

  it("has all of w' where the update keeps all of its rank", () => {
    const { whole, truncated, layers } = measure(name, 'low-rank/update');
    expect(truncated.map(({ share }: { share: number }) => share)).toEqual([0.1, 0.5, 1]);
    expect(truncated[2]).toEqual({ ...whole, share: 1 });
    for (const layer of layers) {
      expect(layer.truncated.map(({ share }: { share: number }) => share)).toEqual([0, 0.1, 0.5, 1]);
      expect(layer.truncated[3]).toEqual({ ...whole, share: 1 });
      expect(layer.effectiveRank).toBeLessThanOrEqual(layer.side);
    }
  });

  it('rebuilds patches ever better with more atoms, best with principal components as with none', () => {
    const { curves, patch, entries } = measure(name, 'sparse');
    expect(patch).toBe({ 'images-mlp': '8 x 8 x 1', 'images-cnn': '3 x 3 x 1', 'images-resnet': '3 x 3 x 1' }[name]);
    expect(entries).toBe(name === 'images-mlp' ? 64 : 9);
    for (const { pursuit } of curves) {
      expect(pursuit[0]).toMatchObject({ atoms: 0, value: 1 });
      for (let at = 1; at < pursuit.length; at++) expect(pursuit[at].value).toBeLessThanOrEqual(pursuit[at - 1].value);
    }
  });

  it('keeps attacked pictures within reach, and perturbations that are their difference', () => {
    const { images, networks, labels } = measure(name, 'pictures/attacked');
    expect(labels).toHaveLength(3);
    for (const { attacked, perturbations } of networks)
      for (const [at, picture] of images.entries())
        for (const [pixel, value] of picture.entries()) {
          expect(Math.abs(attacked[at][pixel] - value)).toBeLessThanOrEqual(0.1511);
          expect(attacked[at][pixel] - value).toBeCloseTo(perturbations[at][pixel], 2);
          expect(attacked[at][pixel]).toBeGreaterThanOrEqual(0);
          expect(attacked[at][pixel]).toBeLessThanOrEqual(1);
        }
  });
});

describe('the standard battery', () => {
  it('attacks every image by its own key, wherever the parts begin', async () => {
    const store = openStore();
    // So few steps that what they break depends on the random numbers: with the wrong keys other images are left.
    const few = { examples: 300, steps: 1, queries: 10, targets: 1 };
    await startRun(store, experimentNamed('images-mlp'), tinyImages('images-mlp', { claims: ['C2'], evaluation: few }));
    const { setting } = JSON.parse(textOf(store, 'run.json')) as { setting: ImagesSetting };
    const network = mlp({ inputs: [8, 8, 1], outputs: 10, hidden: [12, 8] });
    for (const norm of [linf, l2])
      for (const name of ['robust-linf', 'robust-l2']) {
        const eps = norm === linf ? 0.15 : 0.6;
        const bytes = store.files.get(`weights/${name}.safetensors`) as Uint8Array;
        const { accuracy } = await robustAccuracy(
          classifier(network, paramsFromArrays(decodeSafetensors(bytes).tensors)),
          testDigits().take(300),
          standardAttack(ball(norm, eps, { low: 0, high: 1 }), setting),
          { key: key('images', 4).child('attack', norm.name) },
        );
        const parts = [1, 2, 3, 4, 5, 6].map((part) =>
          JSON.parse(textOf(store, `measures/attacked/${name}-${norm.name}-${part}.json`)),
        );
        expect(parts.reduce((sum, { value }) => sum + value.robust, 0)).toBe(accuracy.successes);
      }
  });
});

describe('the control', () => {
  it('begins elsewhere, sees its batches in another order, and ends elsewhere', () => {
    for (const [own, other] of [
      ['init', 'control-init'],
      ['clean', 'control-clean'],
      ['robust-linf', 'control-robust'],
    ]) {
      const { summary } = decompose(
        layerRows(weights('images-mlp', own))['layer1.weight'],
        layerRows(weights('images-mlp', other))['layer1.weight'],
      );
      expect(Math.abs(summary.cosine.median)).toBeLessThan(0.6);
    }
  });

  it('and the network begin at small weights', () => {
    const initial = layerRows(weights('images-mlp', 'init'))['layer1.weight'];
    const values = Array.from(initial.data);
    const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(Math.sqrt(square)).toBeCloseTo(0.1 * Math.sqrt(2 / 64), 3);
  });
});

describe('a run that is stopped', () => {
  it('at the first event of every stage and at every third step, ends in the same bytes and leaves no tensor', async () => {
    const request = tinyImages('images-mlp');
    const store = openStore();
    const seen = new Set<string>();
    const tensors = memory().numTensors;
    let stops = 0;
    for (let done = false; !done; ) {
      const abort = new AbortController();
      const onEvent = (event: RunEvent) => {
        const word =
          event.type === 'stage'
            ? `${event.stage} ${event.state}`
            : event.type === 'progress' && event.done % 3 === 0
              ? `${event.stage} ${event.done}`
              : '';
        if (abort.signal.aborted || word === '' || word.endsWith('reused') || seen.has(word)) return;
        seen.add(word);
        stops++;
        abort.abort();
      };
      try {
        await (store.files.has('run.json')
          ? resumeRun(store, imagesMlp, { onEvent, signal: abort.signal })
          : startRun(store, imagesMlp, request, { onEvent, signal: abort.signal }));
        done = true;
      } catch (error) {
        expect(error).toBeInstanceOf(AbortedError);
      }
    }
    expect(stops).toBeGreaterThan(60);
    expect(leavings(store)).toEqual(leavings(storeOf('images-mlp')));
    expect(memory().numTensors).toBe(tensors);
  });

  it('or goes over two workers, is the same run', async () => {
    const place = await mkdtemp(join(tmpdir(), 'advml-images-'));
    const runner = stageWorkers({ workers: 2, module: catalogue });
    onTestFinished(async () => {
      await runner.close();
      await rm(place, { recursive: true });
    });
    await startRun(diskStore(place), experimentNamed('images-cnn'), tinyImages('images-cnn'), { runner });
    const entries = (await readdir(place, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const files = new Map<string, Uint8Array>();
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      files.set(path.slice(place.length + 1), new Uint8Array(await readFile(path)));
    }
    expect(leavings(openStore(files))).toEqual(leavings(storeOf('images-cnn')));
  });
});

it('draws what two images leave, whose intervals are wider than a share can be', async () => {
  const store = openStore();
  await startRun(
    store,
    experimentNamed('images-cnn'),
    tinyImages('images-cnn', { claims: ['C15'], sparse: { images: 2, patches: 1 } }),
  );
  for (const { pursuit } of JSON.parse(textOf(store, 'measures/sparse.json')).value.curves)
    for (const { low, value, high } of pursuit) {
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(value).toBeGreaterThanOrEqual(low);
    }
});

describe('several seeds', () => {
  it('have tables and claims over them', async () => {
    const store = openStore();
    const claims = await startRun(store, imagesMlp, {
      ...tinyImages('images-mlp', { claims: ['C2', 'C5'] }),
      seeds: [4, 5],
    });
    expect(claims.map(({ id }) => id)).toEqual(['C2', 'C5']);
    expect(claims[0].detail).toMatchObject({ images: 'digits', norm: 'linf', eps: 0.15, examples: 53 });
    expect(textOf(store, 'tables/accuracy.csv')).toMatch(/^accuracy,w,"w, low"/);
    await reportRun(store, imagesMlp);
  });
});

describe('images', () => {
  /** A folder in the form of MNIST. */
  function folderOf(more: Readonly<Record<string, Uint8Array>> = {}): string {
    const folder = mkdtempSync(join(tmpdir(), 'advml-images-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const idx = (shape: number[], entries: (at: number) => number) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const head = [0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, length >> 8, length & 255])];
      return Uint8Array.from([...head, ...Array.from({ length: size }, (_, at) => entries(at))]);
    };
    const files = {
      'train-images-idx3-ubyte': idx([96, 6, 6], (at) => (at * 7919) % 256),
      'train-labels-idx1-ubyte': idx([96], (at) => at % 3),
      't10k-images-idx3-ubyte': idx([60, 6, 6], (at) => (at * 104729) % 256),
      't10k-labels-idx1-ubyte': idx([60], (at) => at % 3),
      ...more,
    };
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes);
    return folder;
  }
  const onFolder = (folder: string | null, claims: readonly string[] = ['C15']) =>
    tinyImages('images-mlp', { claims, data: { set: 'idx', folder, classes: 3 } });

  it('may be those of a folder', async () => {
    const store = openStore();
    await startRun(store, imagesMlp, onFolder(folderOf()));
    const { shape, names: classes, train, test } = JSON.parse(textOf(store, 'measures/images.json')).value;
    expect({ shape, classes, train, test }).toEqual({
      shape: [6, 6, 1],
      classes: ['0', '1', '2'],
      train: 96,
      test: 60,
    });
  });

  it.each([
    ['cifar-10', 1, ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'], 10],
    ['cifar-100', 2, ['train', 'test'], 100],
  ])('may be in colours, as those of %s', async (set, labels, files, classes) => {
    const records = Uint8Array.from({ length: 110 * (labels + 3072) }, (_, at) => {
      const within = at % (labels + 3072);
      return within < labels ? Math.floor(at / (labels + 3072)) % 10 : (at * 7919) % 256;
    });
    const folder = mkdtempSync(join(tmpdir(), 'advml-images-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const file of files) writeFileSync(join(folder, `${file}.bin`), records);
    const store = openStore();
    const colours = { claims: ['C15', 'C16'], data: { set, folder, train: 60 }, pictures: { starts: 1, steps: 1 } };
    await startRun(store, experimentNamed('images-cnn'), tinyImages('images-cnn', colours));
    const { shape, names: shown } = JSON.parse(textOf(store, 'measures/images.json')).value;
    expect({ shape, classes: shown.length }).toEqual({ shape: [32, 32, 3], classes });
    expect(JSON.parse(textOf(store, 'measures/sparse.json')).value).toMatchObject({ patch: '3 x 3 x 3', entries: 27 });
    expect(JSON.parse(textOf(store, 'measures/pictures/filters.json')).value).toMatchObject({ size: [3, 3] });
    for (const figure of ['filters', 'attacked'])
      expect(faultOf(textOf(store, `figures/${figure}.svg`))).toBeUndefined();
  });

  it('must stay the same while a run goes on', async () => {
    const folder = folderOf();
    const store = openStore();
    const abort = new AbortController();
    const onEvent = (event: RunEvent) => event.type === 'metric' && abort.abort();
    await expect(startRun(store, imagesMlp, onFolder(folder), { onEvent, signal: abort.signal })).rejects.toThrow(
      AbortedError,
    );
    const other = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 60, ...Array.from({ length: 60 }, (_, at) => (at + 1) % 3)]);
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), other);
    await expect(resumeRun(store, imagesMlp)).rejects.toThrow(
      /images of .* are not those that the run in runs\/tiny started with/,
    );
  });

  it.each<[string, () => ReturnType<typeof tinyImages>, RegExp, string?]>([
    ['a folder that is not told', () => onFolder(null), /data\.folder must be told for the set 'idx'/],
    ['a folder that is not there', () => onFolder('nowhere/at/all'), /cannot read the folder nowhere\/at\/all/],
    [
      'a file that is cut short',
      () => onFolder(folderOf({ 't10k-images-idx3-ubyte': Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 6]) })),
      /t10k-images-idx3-ubyte/,
    ],
    [
      'a label out of range',
      () =>
        onFolder(
          folderOf({ 'train-labels-idx1-ubyte': Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 96, ...new Array(96).fill(3)]) }),
        ),
      /labels must be below classes = 3, got 3/,
    ],
    [
      'digits in a folder',
      () => tinyImages('images-mlp', { data: { folder: 'digits' } }),
      /data\.folder must be null for the built-in digits, got 'digits'/,
    ],
    [
      'more test images than there are',
      () => tinyImages('images-mlp', { evaluation: { examples: 301 } }),
      /evaluation\.examples must be at most 300, the test images of digits, got 301/,
    ],
    [
      'more starts than every class can have for itself',
      () => tinyImages('images-mlp', { pictures: { starts: 31 } }),
      /pictures\.starts must be at most \d+, so many of the 300 test images of digits each of 10 classes can have for itself, got 31/,
    ],
    [
      'more training images than there are',
      () => tinyImages('images-mlp', { data: { train: 1498 } }),
      /data\.train must be at most 1497, the train images of digits, got 1498/,
    ],
    [
      'a network that does not fit',
      () => tinyImages('images-cnn', { network: { pooling: 'max' }, data: { set: 'digits' } }),
      /max pooling 2x2 has windows of 2 pixels/,
      'images-cnn',
    ],
  ])('are refused before anything is written: %s', async (_what, request, message, experiment = 'images-mlp') => {
    const store = openStore();
    const attempt = startRun(store, experimentNamed(experiment), request());
    await expect(attempt).rejects.toThrow(InputError);
    await expect(attempt).rejects.toThrow(message);
    expect([...store.files.keys()]).toEqual([]);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [
      {
        threats: [
          { norm: 'linf', eps: 0.1 },
          { norm: 'linf', eps: 0.2 },
        ],
      },
      /threats: threats must be of different norms/,
    ],
    [{ threats: [] }, /threats: /],
    [{ clean: { rise: 0.5, hold: 0.2 } }, /clean\.rise: rise must be at most hold, where the rate begins to fall/],
    [{ claims: ['C6'] }, /expected 'all' or a list of C1, C2, C3, C4, C5, C13/],
    [{ data: { set: 'minst' } }, /data\.set/],
    [{ network: { hiden: [3] } }, /unknown key 'network\.hiden'; the nearest known key is 'network\.hidden'/],
  ])('and settings that cannot be used: %o', (overrides, message) => {
    expect(() => parseSetting(experimentNamed('images-mlp').schema, [overrides])).toThrow(InputError);
    expect(() => parseSetting(experimentNamed('images-mlp').schema, [overrides])).toThrow(message);
  });
});

it('leaves no tensor', async () => {
  const before = memory().numTensors; // after a whole run of it, which made what is kept
  await startRun(
    openStore(),
    experimentNamed('images-resnet'),
    tinyImages('images-resnet', { claims: ['C14', 'C16'] }),
  );
  expect(memory().numTensors).toBe(before);
});
