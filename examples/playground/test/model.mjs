// The third tab: models that a visitor gives, by button and by dropping; what cannot be read is said on the page.
import { readFileSync } from 'node:fs';
import { io } from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import { accessible, fitsPhone } from './accessible.mjs';

const { modelLab } = await import('../src/model/lab.ts');
const { atRadius } = await import('../src/radii/at-radius.ts');
const { modelSettingOf } = await import('../src/model/setting.ts');

const onnx = readFileSync(new URL('../../../packages/models/test/pytorch/cnn.onnx', import.meta.url));
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A linear model of TensorFlow.js with fixed weights, as its two files. */
async function tfjsFiles() {
  const kernelInitializer = initializers.randomNormal({ seed: 1 });
  const dense = layers.dense({ units: 10, activation: 'softmax', kernelInitializer });
  const model = sequential({ layers: [layers.flatten({ inputShape: [8, 8, 1] }), dense] });
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

/** What Node finds for a model, an image and a size, as the page says it. */
async function inNode(files, { index, size }) {
  const lab = modelLab();
  await lab.open(files.map(({ name, buffer }) => ({ name, bytes: new Uint8Array(buffer) })));
  const { found } = lab.attack(lab.builtIn(index), modelSettingOf(new URLSearchParams()));
  const { answer, probabilities } = atRadius(found, size);
  return `class ${answer} (${Math.round(100 * probabilities[answer])}%)`;
}

/** Drops a file on the page. */
async function drop(page, name, bytes) {
  const dataTransfer = await page.evaluateHandle(
    ([called, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], called));
      return transfer;
    },
    [name, bytes.toString('base64')],
  );
  await page.dispatchEvent('.drop', 'drop', { dataTransfer });
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
  await says(page, 'model.json names the file weights.bin, which was not given');
  check('a model without its weights is refused in words');

  await give.setInputFiles(files);
  await page.locator('[data-figure=answer]').waitFor();
  await sameAsNode('a model of TensorFlow.js', files);
  findings.push(...(await accessible(page, 'Your model')), await fitsPhone(page, 'Your model'));

  await drop(page, 'cnn.onnx', onnx);
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
  return findings;
}
