// The third tab: models that a visitor gives, by button and by dropping; what cannot be read is said on the page.
import { readFileSync } from 'node:fs';
import { io } from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import { accessible, fitsPhone } from './accessible.mjs';

const { digits } = await import('@advml/data/digits');
const { modelLab } = await import('../src/model/lab.ts');
const { atRadius } = await import('../src/radii/at-radius.ts');
const { modelSettingOf } = await import('../src/model/setting.ts');

const onnx = readFileSync(new URL('../../../packages/models/test/pytorch/cnn.onnx', import.meta.url));
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const kernelInitializer = initializers.randomNormal({ seed: 1 });

/** A linear model of TensorFlow.js with fixed weights, as its two files. */
function tfjsFiles() {
  const dense = layers.dense({ units: 10, activation: 'softmax', kernelInitializer });
  return filesOf([layers.flatten({ inputShape: [8, 8, 1] }), dense]);
}

/** A model that takes long for an image of that side. */
function slowFiles(side) {
  const convolution = (more) =>
    layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', kernelInitializer, ...more });
  const pooled = layers.globalAveragePooling2d({});
  return filesOf([
    convolution({ inputShape: [side, side, 1] }),
    convolution({}),
    pooled,
    layers.dense({ units: 10, kernelInitializer }),
  ]);
}

/** A model of these layers, as its two files. */
async function filesOf(stack) {
  const model = sequential({ layers: stack });
  let saved;
  await model.save(io.withSaveHandler(async (artifacts) => (saved = artifacts)));
  model.dispose();
  const { modelTopology, weightSpecs, weightData } = saved;
  const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
  const json = JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest });
  return [
    { name: 'model.json', mimeType: 'application/json', buffer: Buffer.from(json) },
    { name: 'weights.bin', mimeType: 'application/octet-stream', buffer: Buffer.from(weightData) },
  ];
}

/** Weights [inputs, classes] and biases of the graph, the same on each run. */
const kernel = Float32Array.from({ length: 64 * 10 }, (_, at) => ((37 * at) % 101) / 101 - 0.3);
const bias = Float32Array.from({ length: 10 }, (_, at) => at / 20);

/** relu(x W + b) as tensorflowjs_converter writes a graph: a model.json, and the weights in shards that end within a number. */
function graphFiles(last = 'Relu') {
  const float = { T: { type: 'DT_FLOAT' } };
  const dim = ['-1', '8', '8', '1'].map((size) => ({ size }));
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: float.T, shape: { shape: { dim } } } },
    { name: 'row', op: 'Const', attr: { dtype: { type: 'DT_INT32' } } },
    { name: 'kernel', op: 'Const', attr: { dtype: float.T } },
    { name: 'bias', op: 'Const', attr: { dtype: float.T } },
    { name: 'flat', op: 'Reshape', input: ['x', 'row'], attr: float },
    { name: 'product', op: 'MatMul', input: ['flat', 'kernel'], attr: float },
    { name: 'sum', op: 'BiasAdd', input: ['product', 'bias'], attr: float },
    { name: 'answer', op: last, input: ['sum'], attr: float },
  ];
  const paths = [1, 2, 3].map((at) => `group1-shard${at}of3.bin`);
  const weights = [
    { name: 'row', shape: [2], dtype: 'int32' },
    { name: 'kernel', shape: [64, 10], dtype: 'float32' },
    { name: 'bias', shape: [10], dtype: 'float32' },
  ];
  const modelTopology = { node, versions: { producer: 1882 } };
  const json = { format: 'graph-model', modelTopology, weightsManifest: [{ paths, weights }] };
  const bytes = Buffer.concat([Int32Array.of(-1, 64), kernel, bias].map(({ buffer }) => Buffer.from(buffer)));
  const shards = paths.map((name, at) => ({ name, buffer: bytes.subarray(1001 * at, 1001 * (at + 1)) }));
  return [{ name: 'model.json', buffer: Buffer.from(JSON.stringify(json)) }, ...shards];
}

/** The class of a built-in digit and its probability, by the formula of the graph. */
function ofTheGraph(index) {
  const { x, y } = digits().take([index]);
  const pixels = x.dataSync();
  x.dispose();
  y.dispose();
  const logits = [...bias].map((own, class_) =>
    Math.max(0, own + pixels.reduce((sum, pixel, at) => sum + pixel * kernel[10 * at + class_], 0)),
  );
  const largest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return `class ${logits.indexOf(largest)} (${Math.round(100 / total)}%)`;
}

/** What Node finds for a model, an image and a size, as the page says it. */
async function inNode(files, { index, size }) {
  const lab = modelLab();
  await lab.open(files.map(({ name, buffer }) => ({ name, bytes: new Uint8Array(buffer) })));
  const { found } = lab.attack(lab.builtIn(index), modelSettingOf(new URLSearchParams()));
  const { answer, probabilities } = atRadius(found, size);
  return `class ${answer} (${Math.round(100 * probabilities[answer])}%)`;
}

/** Drops files on the page. */
async function drop(page, files) {
  const dataTransfer = await page.evaluateHandle(
    (given) => {
      const transfer = new DataTransfer();
      for (const { name, text } of given)
        transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
      return transfer;
    },
    files.map(({ name, buffer }) => ({ name, text: buffer.toString('base64') })),
  );
  await page.dispatchEvent('.drop', 'drop', { dataTransfer });
}

/** What a stranger might drop in place of a whole graph model, and what the page says of it. */
function damagedGraphs() {
  const [json, first, second, third] = graphFiles();
  const renamed = (file, name) => ({ ...file, name });
  return {
    'model.json alone': [[json], 'it names the file group1-shard1of3.bin, which was not given: choose both together'],
    'a graph without one shard': [[json, first, third], 'it names the file group1-shard2of3.bin, which was not given'],
    'a shard that is cut off': [
      [json, first, second, { ...third, buffer: third.buffer.subarray(0, 100) }],
      'the weights need 2608 bytes, and their files (group1-shard1of3.bin, group1-shard2of3.bin, group1-shard3of3.bin) hold 2102',
    ],
    'a shard of another model': [
      [json, first, second, renamed(second, third.name)],
      'hold 3003: one is cut off, or belongs to another model',
    ],
    'an operation that is not known': [
      [graphFiles('Frobnicate')[0], first, second, third],
      "tfjs-converter does not know the operation Frobnicate of node 'answer'",
    ],
    'a model.json that is cut off': [
      [{ ...json, buffer: json.buffer.subarray(0, 200) }, first, second, third],
      'model.json: this is no JSON',
    ],
  };
}

const says = (page, text) =>
  page.waitForFunction((part) => document.querySelector('#panel-model').textContent.includes(part), text);

export async function modelTab({ page, address }) {
  const findings = [];
  const check = (name, error) => findings.push({ name, error: error || undefined });
  const answer = () => page.locator('[data-figure=answer]').textContent();
  const sameAsNode = async (name, files) => {
    const [here, there] = [await answer(), await inNode(files, { index: 3, size: 0.08 })];
    check(`${name} answers as in Node`, !here.includes(there) && `${here}, in Node ${there}`);
  };
  const files = await tfjsFiles();

  await page.goto(`${address}?tab=model&image=3&size=0.08`);
  const give = page.getByLabel('Choose the files of a model');
  await give.setInputFiles([{ name: 'x.onnx', mimeType: 'application/octet-stream', buffer: Buffer.from('no model') }]);
  await says(page, 'fromOnnx takes the bytes of an ONNX file');
  check('what is no ONNX file is refused in words');
  await give.setInputFiles(files.slice(0, 1));
  await says(page, 'model.json: it names the file weights.bin, which was not given');
  check('a model without its weights is refused in words');

  await give.setInputFiles(files);
  await page.locator('[data-figure=answer]').waitFor();
  await sameAsNode('a model of TensorFlow.js', files);
  findings.push(...(await accessible(page, 'Your model')), await fitsPhone(page, 'Your model'));

  const graph = graphFiles();
  await drop(page, graph.toReversed()); // files come in any order
  await says(page, 'model.json: images of 8 × 8 × 1, 10 classes');
  await page.locator('[data-figure=answer]').waitFor();
  await sameAsNode('a graph model that was dropped', graph);
  const size = page.getByRole('slider');
  await size.fill('0');
  await says(page, `${ofTheGraph(3)}, as without an attack`);
  check('and without an attack as its formula does');
  await size.fill('0.08');
  for (const [name, [given, message]] of Object.entries(damagedGraphs())) {
    await drop(page, given);
    await says(page, message);
    check(`${name} is refused in words`);
  }

  await drop(page, [{ name: 'cnn.onnx', buffer: onnx }]);
  await says(page, 'cnn.onnx: images of');
  await page.locator('[data-figure=answer]').waitFor();
  await sameAsNode('an ONNX model that was dropped', [{ name: 'cnn.onnx', buffer: onnx }]);

  const before = await page
    .getByRole('img', { name: 'the image' })
    .first()
    .evaluate((canvas) => canvas.toDataURL());
  const picture = page.getByLabel('or a picture of yours');
  await picture.setInputFiles([{ name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from(pixel, 'base64') }]);
  await page.waitForFunction((was) => document.querySelector('.model canvas').toDataURL() !== was, before);
  check('a picture of the visitor takes the place of the digit');
  await picture.setInputFiles([{ name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from('no picture') }]);
  await says(page, 'dot.png is no picture that this browser reads');
  check('what is no picture is refused in words');

  await give.setInputFiles(await slowFiles(64));
  await says(page, 'Attacking');
  await picture.setInputFiles([{ name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from('no picture') }]);
  await says(page, 'dot.png is no picture that this browser reads');
  await page.locator('[data-figure=answer]').waitFor();
  await says(page, 'dot.png is no picture that this browser reads');
  check('a refusal stays said when an attack ends');

  await give.setInputFiles(await slowFiles(224));
  await says(page, 'images of 224 × 224');
  await page.waitForFunction(() => document.querySelector('#panel-model progress')?.value > 0);
  check('a slow attack tells what share is done');
  await page.getByRole('button', { name: 'Stop' }).click();
  await says(page, 'Stopped. Give a model to begin again.');
  await give.setInputFiles(files);
  await page.locator('[data-figure=answer]').waitFor();
  await sameAsNode('a model given after a stop', files);
  return findings;
}
