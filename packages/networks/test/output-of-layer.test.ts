// Layers against each other: the last is the network, a block is its parts, each has the shape that the summary says.
import { key, normalTensor } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { add, relu, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cnn, mlp, outputOfLayer, resnet, summary } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

describe('outputOfLayer', () => {
  it.each([
    ['an MLP', () => mlp({ inputs: 6, hidden: [5, 4], outputs: 3 })],
    ['a CNN', () => cnn({ inputs: [8, 8, 2], filters: [3, 4], hidden: [5], norm: 'batch' })],
    ['a ResNet', () => resnet({ inputs: [8, 8, 1], filters: [2, 4] })],
  ])('gives every layer of %s in its shape, the last as the network does', async (_, make) => {
    const network = make();
    const params = network.init(key('init'));
    const x = normalTensor(key('x'), [2, ...network.inputShape]);
    const { layers } = summary(network);
    for (const { name, outputShape } of layers)
      expect(outputOfLayer(network, name)(params, x).shape).toEqual([2, ...outputShape]);
    const last = outputOfLayer(network, layers[layers.length - 1].name);
    expect(numbersOf(last(params, x))).toEqual(numbersOf(network.apply(params, x)));
    await expectNoLeak(() => last(params, x).dispose());
  });

  it('goes into blocks, whose parts see their input, and stops where it is told', () => {
    const network = resnet({ inputs: [8, 8, 1], filters: [2, 4], norm: 'none' });
    const params = network.init(key('init'));
    const x = normalTensor(key('x'), [3, 8, 8, 1]);
    const of = (name: string, own = params): Tensor => outputOfLayer(network, name)(own, x);
    const same = (a: Tensor, b: Tensor) => expect(numbersOf(a)).toEqual(numbersOf(b));
    same(of('activation1'), relu(of('conv1')));
    same(of('block1'), add(of('block1.body'), of('activation1')));
    same(of('block1.body'), of('block1.body.conv2'));
    same(of('block2.body.activation'), relu(of('block2.body.conv1')));
    same(of('block2'), add(of('block2.body.conv2'), of('block2.shortcut.conv')));
    const { 'conv1.weight': weight, 'conv1.bias': bias } = params;
    same(of('conv1', { 'conv1.weight': weight, 'conv1.bias': bias }), of('conv1')); // nothing after it is run
  });

  it('refuses names of no layer', () => {
    const network = cnn({ inputs: [8, 8, 1], filters: [2], hidden: [] });
    for (const name of ['conv9', 'conv1.weight', '', 'conv1.body'])
      expect(() => outputOfLayer(network, name)).toThrow(`no layer of ${network.name} is called '${name}'`);
  });
});
