// Networks that PyTorch exported: its outputs and its input gradients are in files beside them.
import { readdirSync, readFileSync } from 'node:fs';
import { decodeNpz, type SafeTensor } from '@advml/formats';
import { fromOnnx, type ImportedClassifier } from '@advml/models';
import { expectNoLeak } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  cast,
  grad,
  losses,
  memory,
  oneHot,
  Reduction,
  type Tensor,
  tensor,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { readMessage } from '../../src/onnx/file/message.ts';
import { MODEL } from '../../src/onnx/file/model.ts';
import { encode } from './encode.ts';

const folder = new URL('../pytorch/', import.meta.url);
const names = readdirSync(folder).flatMap((file) => /^(.*)\.onnx$/.exec(file)?.[1] ?? []);
const bytesOf = (name: string) => readFileSync(new URL(`${name}.onnx`, folder));

/** What PyTorch says of a network. */
function answersOf(name: string) {
  const tensors = decodeNpz(readFileSync(new URL(`${name}.npz`, folder)));
  const made = ({ shape, data }: SafeTensor) => tensor(data as Float32Array, [...shape]);
  const of = (key: string) => made(tensors[key] as SafeTensor);
  return { x: of('x'), outputs: of('outputs'), labels: of('labels'), gradient: of('gradient') };
}

const largest = (t: Tensor) => Math.max(...Array.from(t.dataSync(), Math.abs));

/** The gradient of the cross-entropy, summed over the batch. */
function gradientOf(model: ImportedClassifier, x: Tensor, labels: Tensor): Tensor {
  const loss = (at: Tensor) => {
    const logits = model(at);
    const targets = oneHot(cast(labels, 'int32'), logits.shape[1] as number);
    return losses.softmaxCrossEntropy(targets, logits, undefined, undefined, Reduction.SUM);
  };
  return grad(loss as (x: Tensor) => Tensor)(x);
}

function expectAnswers(model: ImportedClassifier, name: string, order?: { to: number[]; back: number[] }): void {
  tidy(() => {
    const { x, outputs, labels, gradient } = answersOf(name);
    const given = order ? transpose(x, order.to) : x;
    expect(model(given)).toBeAllClose(outputs, { absolute: 1e-5 * Math.max(1, largest(outputs)) });
    const found = gradientOf(model, given, labels);
    expect(order ? transpose(found, order.back) : found).toBeAllClose(gradient, { absolute: 1e-4 * largest(gradient) });
  });
}

beforeAll(() => useWasm());

describe('a network of PyTorch', () => {
  it('is there', () => expect(names.length).toBeGreaterThan(15));

  it.each(names)('%s gives the same, and the same input gradients', async (name) => {
    const before = memory().numTensors;
    const isImage = tidy(() => answersOf(name).x.rank === 4);
    const model = fromOnnx(bytesOf(name), { probabilities: true, ...(isImage && { layout: 'nchw' }) });
    expect(model.outputs).toBe(5);
    expectAnswers(model, name);
    await expectNoLeak(() => tidy(() => void model(answersOf(name).x)));
    model.dispose();
    if (!isImage) return;
    const images = fromOnnx(bytesOf(name), { probabilities: true });
    expectAnswers(images, name, { to: [0, 2, 3, 1], back: [0, 3, 1, 2] });
    images.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it.each([
    ['resnet', 1],
    ['resnet', 2],
    ['transformer', 1],
    ['lstm', 1],
    ['views', 2],
  ])('%s with a batch of %i in the file', (name, batch) => {
    const message = readMessage(MODEL, bytesOf(name));
    const [input] = message.graph?.inputs ?? [];
    const dimensions = input?.type?.tensor?.shape?.dimensions as { value: number | undefined }[];
    dimensions[0] = { value: batch };
    const model = fromOnnx(encode(MODEL, message as never), {
      probabilities: true,
      ...(dimensions.length === 4 && { layout: 'nchw' }),
    });
    expect(model.notes.join()).toContain(`${batch}`);
    expectAnswers(model, name);
    model.dispose();
  });
});
