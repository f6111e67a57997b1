import {
  applyUpdates,
  classifier,
  cloneParams,
  disposeParams,
  InputError,
  key,
  mapParams,
  matrixNames,
  matrixShape,
  type Network,
  type Params,
  paramsFromArrays,
  paramsToArrays,
} from '@advml/core';
import { nest, requireSameTree, subtree } from '@advml/core/internal';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { add, memory, mul, sum, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';

beforeAll(() => useWasm());

const tree = (): Params => ({ 'layer.weight': tensor2d([[1, 2]]), 'layer.bias': tensor1d([3]) });
const plain = (params: Params) =>
  Object.entries(params).map(([name, values]) => [name, values.shape, numbersOf(values)]);

it('nest and subtree undo each other, prefix by prefix', () => {
  const tree = { 'conv1.weight': 1, 'conv10.weight': 2, bias: 3 };
  expect(subtree(tree, 'conv1')).toEqual({ weight: 1 });
  expect(subtree({ ...tree, ...nest('body', tree) }, 'body')).toEqual(tree);
  expect(subtree(tree, 'bias')).toEqual({});
});

it('mapParams goes name by name and keeps no temporary', async () => {
  const params = tree();
  const named = mapParams(params, (values, name) => add(mul(values, 2), name.length));
  expect(plain(named)).toEqual([
    ['layer.weight', [1, 2], [14, 16]],
    ['layer.bias', [1], [16]],
  ]);
  await expectNoLeak(() => disposeParams(mapParams(params, (values) => add(mul(values, 2), 1))));
});

it('cloneParams lives on when the original is gone', () => {
  const params = tree();
  const kept = cloneParams(params);
  disposeParams(params);
  expect(plain(kept)).toEqual(plain(tree()));
});

it('disposeParams frees whole trees', () => {
  const before = memory().numTensors;
  disposeParams(tree(), tree(), {});
  expect(memory().numTensors).toBe(before);
});

it('applyUpdates adds, whatever the order of names', () => {
  const updates = { 'layer.bias': tensor1d([10]), 'layer.weight': tensor2d([[1, -1]]) };
  expect(plain(applyUpdates(tree(), updates))).toEqual([
    ['layer.weight', [1, 2], [2, 1]],
    ['layer.bias', [1], [13]],
  ]);
});

it('refuses trees that differ, naming the first difference', () => {
  const { 'layer.bias': bias, ...rest } = tree();
  expect(() => requireSameTree('updates', rest, tree())).toThrow("updates lacks 'layer.bias'; it has layer.weight");
  expect(() => requireSameTree('updates', { ...tree(), extra: bias }, tree())).toThrow("updates has an entry 'extra'");
  const wrong = { ...tree(), 'layer.bias': tensor1d([1, 2]) };
  expect(() => requireSameTree('updates', wrong, tree())).toThrow(
    "'layer.bias' of updates must have shape [1], got [2]",
  );
  expect(() => applyUpdates(tree(), rest)).toThrow(InputError);
  expect(() => requireSameTree('updates', tree(), tree())).not.toThrow();
});

it('arrays hold copies of the same numbers, and give them back', () => {
  const params = { ...tree(), steps: tensor1d([7, -8], 'int32') };
  const arrays = paramsToArrays(params);
  expect(arrays['layer.weight']).toEqual({ dtype: 'F32', shape: [1, 2], data: Float32Array.of(1, 2) });
  expect(arrays.steps).toEqual({ dtype: 'I32', shape: [2], data: Int32Array.of(7, -8) });
  const back = paramsFromArrays(arrays);
  expect(plain(back)).toEqual(plain(params));
  expect(back.steps.dtype).toBe('int32');
  disposeParams(params);
  expect(arrays['layer.weight'].data[1]).toBe(2);
});

it('refuses arrays of other number types or lengths, and makes no tensor of the others', () => {
  const good = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };
  const doubles = { good, weight: { dtype: 'F64', shape: [1], data: Float64Array.of(1) } };
  const before = memory().numTensors;
  expect(() => paramsFromArrays(doubles)).toThrow("'weight' must hold float32 (F32) or int32 (I32) numbers, got F64");
  expect(() => paramsFromArrays({ good, weight: { ...good, shape: [3] } })).toThrow(
    "'weight' of shape [3] must hold 3 numbers, got 1",
  );
  expect(memory().numTensors).toBe(before);
});

it('classifier holds parameters fast, in evaluation mode', () => {
  const seen: unknown[] = [];
  const network: Network = {
    name: 'sum',
    inputShape: [2],
    output: 'score',
    init: () => ({ weight: tensor1d([2]) }),
    apply: ({ weight }, x, mode) => {
      seen.push(mode);
      return tidy(() => mul(sum(x, 1), weight));
    },
  };
  const model = classifier(network, network.init(key('init')));
  expect(model(tensor2d([[1, 2]]))).toBeAllClose([6]);
  expect(seen).toEqual([undefined]);
});

it('matrixShape and matrixNames find the weights that have neurons as rows', () => {
  const params = {
    'conv1.weight': { shape: [16, 3, 5, 4] },
    'conv1.bias': { shape: [16] },
    'dense1.weight': { shape: [10, 7] },
  };
  expect(matrixShape('conv1.weight', params['conv1.weight'].shape)).toEqual([16, 60]);
  expect(matrixShape('dense1.weight', params['dense1.weight'].shape)).toEqual([10, 7]);
  expect(matrixNames(params)).toEqual(['conv1.weight', 'dense1.weight']);
  expect(matrixNames(params, ['dense1.weight'])).toEqual(['dense1.weight']);
  expect(() => matrixNames(params, ['conv1.bias'])).toThrow(`'conv1.bias' must be a matrix or a kernel of four axes`);
  expect(() => matrixNames(params, ['conv9.weight'])).toThrow(
    `no parameter is called 'conv9.weight'; there are conv1.weight, conv1.bias, dense1.weight`,
  );
  expect(() => matrixNames({ bias: { shape: [3] } })).toThrow('only must name at least one weight of bias');
});
