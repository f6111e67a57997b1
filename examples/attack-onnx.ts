// Attack somebody else's model: a network of PyTorch in an ONNX file, of which nothing else is known.
import { readFileSync, writeFileSync } from 'node:fs';
import { battery } from '@advml/attacks';
import { ball, key, linf } from '@advml/core';
import { digits } from '@advml/data/digits';
import { evaluate, evaluationTable, modelCard, modelCardText } from '@advml/metrics';
import { fromOnnx } from '@advml/models';
import { intervals } from '@advml/plots';
import { useWasm } from '@advml/wasm';

const quick = process.argv.includes('--quick');
const own = new URL('pytorch/digits.onnx', import.meta.url); // made by pytorch/digits.py
const path = process.argv.slice(2).find((word) => word.endsWith('.onnx')) ?? own;
await useWasm();

// Images come with channels last here; the file has them first, and its notes say what was done about that.
const model = fromOnnx(readFileSync(path));
console.log(`takes [${model.inputShape}], gives ${model.outputs} numbers`, ...model.notes);

// Digits that it was not trained on.
const { x, y } = digits().take(quick ? 12 : 100);

// The battery of AutoAttack, each attack on what those before it left.
const threat = ball(linf, 8 / 255, { low: 0, high: 1 });
const work = quick ? { steps: 3, queries: 20 } : {};
const options = { key: key('attack-onnx', 0), survivors: true };
const found = await evaluate(model, { x, y }, threat, battery('standard', work), options);
console.log(evaluationTable(found));

// What it comes to in plain words, in the form of RobustBench's table.
const facts = { name: 'digits.onnx', dataset: 'digits' };
console.log(modelCardText(modelCard(found, { seed: 0, versions: {}, standard: !quick, facts })));

const rows = found.attacks.map(({ attack, accuracy }) => ({ label: attack, ...accuracy }));
writeFileSync(
  'attack-onnx.svg',
  intervals({ title: 'What each attack leaves', rows, xLabel: 'accuracy (share)', domain: [0, 1] }),
);
