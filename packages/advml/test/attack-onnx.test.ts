// A convolutional network of PyTorch, as ONNX, attacked by one command and by three lines of code: the same numbers.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { battery, fgm, noise } from '@advml/attacks';
import { ball, key, linf } from '@advml/core';
import { encodeNpy } from '@advml/formats';
import { evaluate, type ModelCard } from '@advml/metrics';
import { fromOnnx } from '@advml/models';
import { useWasm } from '@advml/wasm';
import { argMax, div, sub, type Tensor, tensor, tensor1d, tidy, transpose } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { advml, leavings, temporaryFolder } from './child.ts';

const path = fileURLToPath(new URL('../../models/test/pytorch/cnn.onnx', import.meta.url));
const [count, mean, std] = [24, 0.5, 0.05];

it('the command and a program agree: data as PyTorch has them, standardised in the command', {
  timeout: 240_000,
}, async () => {
  await useWasm();
  const folder = temporaryFolder();
  const pixels = Uint8Array.from(key('attack onnx', 'x').uniform(count * 64), (value) => 256 * value);
  const network = fromOnnx(readFileSync(path));
  const model = (x: Tensor) => tidy(() => network(div(sub(x, mean), std)));
  const x = transpose(
    tensor(
      Float32Array.from(pixels, (value) => value / 255),
      [count, 1, 8, 8],
    ),
    [0, 2, 3, 1],
  );
  const classes = Int32Array.from(argMax(model(x), 1).dataSync());
  const [images, labels] = ['x.npy', 'y.npy'].map((name) => join(folder, name));
  writeFileSync(images, encodeNpy({ dtype: 'U8', shape: [count, 1, 8, 8], data: pixels }));
  writeFileSync(labels, encodeNpy({ dtype: 'I64', shape: [count], data: BigInt64Array.from(classes, BigInt) }));

  const files = ['--model', path, '--data', images, '--mean', `${mean}`, '--std', `${std}`, '--out', folder];
  const how = ['--norm', 'linf', '--eps', '8/255', '--box', '0,1', '--steps', '5', '--queries', '40', '--survivors'];
  const { code, stdout, stderr } = await advml(['attack', ...files, ...how, '--json']);
  expect([code, stderr.split('\n').filter((line) => line.startsWith('accuracy'))]).toEqual([
    0,
    [`accuracy without an attack: 1.0000  [0.8575, 1.0000] on ${count} examples`],
  ]);
  expect(stderr).toContain('images are turned from NCHW to what the model takes');
  expect(stderr).toContain('divided by 255');
  expect(stderr).toContain(`labels are taken from ${labels}`);

  const threat = ball(linf, 8 / 255, { low: 0, high: 1 });
  const members = [
    ...battery('standard', { steps: 5, queries: 40 }),
    { kind: 'one-step' as const, attack: (own: typeof threat) => fgm({ threat: own }) },
    { kind: 'noise' as const, attack: (own: typeof threat) => noise({ threat: own, draws: 10 }) },
  ];
  const y = tensor1d(classes, 'int32');
  const known = await evaluate(model, { x, y }, threat, members, { key: key('attack', 0), survivors: true });
  const found = JSON.parse(stdout);
  const { accuracy, attacks, clean, masking } = JSON.parse(JSON.stringify(known));
  expect(found).toMatchObject({ accuracy, attacks, clean, masking });
  expect(accuracy.successes).toBeLessThan(count);
  const records = readFileSync(join(folder, 'records.jsonl'), 'utf8').trimEnd().split('\n');
  expect(records.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(known.records)));

  const other = join(folder, 'threads');
  const shared = [...files.slice(0, -1), other, ...how, '--json', '--workers', '2'];
  expect(await advml(['attack', ...shared])).toMatchObject({ code: 0, stdout });
  for (const [name, content] of Object.entries(leavings(other)))
    if (name !== 'parts.jsonl') expect([name, content]).toEqual([name, leavings(folder)[name]]);

  const card: ModelCard = JSON.parse(readFileSync(join(folder, 'model-card.json'), 'utf8'));
  expect(card).toMatchObject({ name: 'cnn.onnx', eps: '8/255', clean_acc: '100.00', autoattack_acc: null });
  expect(card.advml).toMatchObject({ examples: count, opinion: found.opinion, model: found.model.sha256 });
  expect(readFileSync(join(folder, 'model-card.md'), 'utf8')).toContain(`${card.advml.cite}\n`);
});
