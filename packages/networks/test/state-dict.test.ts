// Weights that went to PyTorch and came from it: files of pytorch/, which say what PyTorch made of them.
import { readFileSync } from 'node:fs';
import { classifier, disposeParams, InputError, key, type Params, paramsFromArrays, paramsToArrays } from '@advml/core';
import { decodeNpz, decodeSafetensors, encodeSafetensors, type SafeTensors } from '@advml/formats';
import { cleanAccuracy } from '@advml/metrics';
import {
  activation,
  batchNormalization,
  convolution,
  dense,
  flatten,
  fromStateDict,
  groupNormalization,
  type Layer,
  layeredNetwork,
  mlp,
  residual as residualSum,
  sequential,
  toStateDict,
} from '@advml/networks';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { colours, digitsNetwork, flat, residual, split } from './pytorch/networks.ts';

beforeAll(async () => {
  await useWasm();
});

const read = (name: string) => readFileSync(new URL(`pytorch/${name}`, import.meta.url));
const weights = (name: string) => decodeSafetensors(read(`${name}.safetensors`)).tensors;

describe('a state dict of PyTorch gives the logits of PyTorch', () => {
  it.each([
    ['digits', 'trained here', digitsNetwork],
    ['digits-tuned', 'trained on there, with counts of batches', digitsNetwork],
    ['numbered', 'of an nn.Sequential, with biases before batch normalizations', colours],
    ['residual', 'of residual blocks with strides', residual],
    ['types', 'in float16, bfloat16 and float64, with images flattened first', flat],
  ])('%s: %s', (name, _what, network) => {
    const { x, logits } = decodeNpz(read(`${name}.npz`));
    const asked = paramsFromArrays({ x });
    const given = network.apply(fromStateDict(network, weights(name)), asked.x);
    expect(given).toBeAllClose([...(logits.data as Float32Array)], { absolute: 1e-5, relative: 1e-5 });
  });

  it.each(['digits', 'digits-tuned'])('and its accuracy: %s', async (name) => {
    const accuracy = decodeNpz(read(`${name}.npz`)).accuracy.data[0];
    const { validation } = split();
    const params = fromStateDict(digitsNetwork, weights(name));
    const { value } = await cleanAccuracy(classifier(digitsNetwork, params), validation.take(validation.count));
    expect(value).toBeCloseTo(Number(accuracy), 12);
    expect(value).toBeGreaterThan(0.9);
  });
});

describe('toStateDict', () => {
  it('writes the file that PyTorch read', () => {
    const params = fromStateDict(digitsNetwork, weights('digits'));
    const bytes = encodeSafetensors(toStateDict(digitsNetwork, params), { format: 'pt' });
    expect(Buffer.compare(bytes, read('digits.safetensors'))).toBe(0);
  });

  it.each([
    ['a dense layer after an image', colours],
    ['images first', flat],
    ['blocks', residual],
  ])('is undone by fromStateDict: %s', (_name, network) => {
    const params = network.init(key('init', 0));
    const back = fromStateDict(network, toStateDict(network, params));
    expect(paramsToArrays(back)).toEqual(paramsToArrays(params));
    const last = { flattened: 'channels-last' } as const;
    expect(toStateDict(network, params, last)).toEqual(paramsToArrays(params));
    expect(paramsToArrays(fromStateDict(network, paramsToArrays(params), last))).toEqual(paramsToArrays(params));
  });

  it('leaves no tensor behind', () =>
    expectNoLeak(() => {
      const params = fromStateDict(flat, weights('types'));
      toStateDict(flat, params);
      disposeParams(params);
    }));
});

describe('the order of a flattened image', () => {
  const normalized = layeredNetwork({
    name: 'normalized',
    inputShape: [1, 2, 2],
    layers: sequential({
      flatten: flatten(),
      relu: activation(),
      norm: batchNormalization(),
      dense: dense({ neurons: 2 }),
    }),
  });
  const row = (values: readonly number[]) => ({
    dtype: 'F32',
    shape: [values.length],
    data: Float32Array.from(values),
  });

  it('reaches what comes before the dense layer', () => {
    const entries = Object.fromEntries(
      ['weight', 'bias', 'running_mean', 'running_var'].map((name) => [`norm.${name}`, row([1, 2, 3, 4])]),
    );
    const columns = { dtype: 'F32', shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
    const params = fromStateDict(normalized, { ...entries, 'dense.weight': columns, 'dense.bias': row([1, 2]) });
    const numbers = (name: string) => numbersOf(params[name] as Tensor);
    expect(numbers('norm.running_var')).toEqual([1, 3, 2, 4]); // channel 0 of both pixels came first
    expect(numbers('dense.weight')).toEqual([1, 3, 2, 4, 5, 7, 6, 8]);
    expect(numbers('dense.bias')).toEqual([1, 2]);
  });

  it('goes through a sum whose ways flatten alike, and is refused where they do not', () => {
    const summed = (shortcut: Layer, body = sequential({ flatten: flatten(), relu: activation() })) =>
      layeredNetwork({
        name: 'summed',
        inputShape: [1, 2, 2],
        layers: sequential({ block: residualSum({ body, shortcut }), dense: dense({ neurons: 1 }) }),
      });
    const columns = { dtype: 'F32', shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) };
    const dict = { 'dense.weight': columns, 'dense.bias': row([0]) };
    const network = summed(flatten());
    const params = fromStateDict(network, dict);
    expect(numbersOf(params['dense.weight'] as Tensor)).toEqual([1, 3, 2, 4]);
    expect(toStateDict(network, params)['dense.weight'].data).toEqual(columns.data);
    const apart = summed(flatten(), sequential({ flatten: flatten(), dense: dense({ neurons: 4 }) }));
    expect(() => toStateDict(apart, apart.init(key('init', 0)))).toThrow(
      "layer 'block' (residual sum) takes a flattened image",
    );
  });

  it('ends in the dense layers of a sum, each way by itself', () => {
    const wide = () => dense({ neurons: 4, bias: false });
    const after = (body: Layer) =>
      layeredNetwork({
        name: 'after',
        inputShape: [1, 2, 2],
        layers: sequential({
          flatten: flatten(),
          block: residualSum({ body, shortcut: wide() }),
          dense: dense({ neurons: 1 }),
        }),
      });
    const columns = (rows: number) => ({
      dtype: 'F32',
      shape: [rows, 4],
      data: Float32Array.from({ length: 4 * rows }, (_, at) => at % 4),
    });
    const dict = { 'block.shortcut.weight': columns(4), 'dense.weight': columns(1), 'dense.bias': row([0]) };
    const params = fromStateDict(after(wide()), { ...dict, 'block.body.weight': columns(4) });
    for (const name of ['block.body.weight', 'block.shortcut.weight'])
      expect(numbersOf(params[name] as Tensor).slice(0, 4)).toEqual([0, 2, 1, 3]);
    expect(numbersOf(params['dense.weight'] as Tensor)).toEqual([0, 1, 2, 3]);
    expect(() => fromStateDict(after(activation()), dict)).toThrow(
      "layer 'block' (residual sum) takes a flattened image, whose order in PyTorch cannot be told",
    );
  });

  it('is refused where nobody can tell what it means', () => {
    const layers = sequential({
      flatten: flatten(),
      norm: groupNormalization({ groups: 2 }),
      dense: dense({ neurons: 2 }),
    });
    const network = layeredNetwork({ name: 'grouped', inputShape: [2, 2, 2], layers });
    const params: Params = network.init(key('init', 0));
    expect(() => toStateDict(network, params)).toThrow(
      "layer 'norm' (group normalization, 2 groups) takes a flattened image",
    );
    expect(Object.keys(toStateDict(network, params, { flattened: 'channels-last' }))).toEqual(Object.keys(params));
  });
});

describe('what does not fit is named, and what would', () => {
  const network = mlp({ inputs: 3, hidden: [2], outputs: 4 });
  const floats = (...shape: number[]) => ({
    dtype: 'F32',
    shape,
    data: new Float32Array(shape.reduce((product, length) => product * length, 1)),
  });
  const good = {
    'layer1.weight': floats(2, 3),
    'layer1.bias': floats(2),
    'layer2.weight': floats(4, 2),
    'layer2.bias': floats(4),
  };
  const { 'layer2.bias': _bias, ...lacking } = good;
  const images = layeredNetwork({
    name: 'conv',
    inputShape: [4, 4, 2],
    layers: sequential({
      conv: convolution({ filters: 5, bias: false }),
      flatten: flatten(),
      dense: dense({ neurons: 2 }),
    }),
  });
  it.each<[string, () => unknown, string]>([
    [
      'a missing entry',
      () => fromStateDict(network, { ...lacking, b: floats(4) }),
      "lacks 'layer2.bias' [4] of MLP 3-2-4; of that shape it has 'b'; `rename`",
    ],
    ['one of no shape', () => fromStateDict(network, lacking), 'none of that shape is left'],
    [
      'one too many',
      () => fromStateDict(network, { ...good, scale: floats(7) }),
      "holds 'scale' [7], which MLP 3-2-4 has no place for; it takes layer1.weight",
    ],
    [
      'a transposed weight',
      () => fromStateDict(network, { ...good, 'layer1.weight': floats(3, 2) }),
      "'layer1.weight' of the state dict must have shape [2, 3], got [3, 2]; it is transposed: nn.Linear has [out, in]",
    ],
    [
      'filters of TensorFlow',
      () =>
        fromStateDict(images, {
          'conv.weight': floats(3, 3, 2, 5),
          'dense.weight': floats(2, 80),
          'dense.bias': floats(2),
        }),
      'must have shape [5, 2, 3, 3], got [3, 3, 2, 5]; its axes are [height, width, in, out]',
    ],
    [
      'names without an order',
      () =>
        fromStateDict(network, {
          'head.weight': floats(4, 2),
          'body.weight': floats(2, 3),
          'head.bias': floats(4),
          'body.bias': floats(2),
        }),
      "lacks 'layer1.weight' [2, 3] of MLP 3-2-4; of that shape it has 'body.weight'",
    ],
    [
      'a number too large',
      () =>
        fromStateDict(network, {
          ...good,
          'layer1.bias': { dtype: 'F64', shape: [2], data: Float64Array.of(0, 1e300) },
        }),
      "'layer1.bias' must hold numbers that fit float32, got 1e+300 (F64) at entry 1",
    ],
    [
      'bytes',
      () => fromStateDict(network, new Uint8Array(3) as never),
      'such as decodeSafetensors(bytes).tensors, got',
    ],
    [
      'another order',
      () => fromStateDict(network, good, { flattened: 'nchw' as never }),
      "flattened must be 'channels-first' or 'channels-last'",
    ],
    ['a misspelt option', () => fromStateDict(network, good, { flatten: 'x' } as never), 'flatten'],
    ['other parameters', () => toStateDict(network, { weight: tensor([1]) }), "parameters lacks 'layer1.weight'"],
    [
      'tensors',
      () => fromStateDict(network, network.init(key('init', 0)) as never),
      "'layer1.weight' of the state dict must be { dtype, shape, data }, with as many numbers",
    ],
    [
      'two sources of one parameter',
      () =>
        fromStateDict(
          network,
          { ...good, 'ema.layer1.bias': floats(2) },
          { rename: (name) => name.replace('ema.', '') },
        ),
      "'layer1.bias' and 'ema.layer1.bias' would both be 'layer1.bias'",
    ],
    ['no network', () => toStateDict((() => 1) as never, {}), 'toStateDict'],
  ])('%s', (_name, make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });

  it('and names may be given', () => {
    const [prefixed] = [Object.fromEntries(Object.entries(good).map(([name, array]) => [`module.${name}`, array]))];
    const rename = (name: string) => name.slice('module.'.length);
    expect(Object.keys(fromStateDict(network, prefixed as SafeTensors, { rename }))).toEqual(Object.keys(good));
  });
});
