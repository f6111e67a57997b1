// Plain JavaScript: an attack on a model that is any function of tensors, and its result in a safetensors file.
import { readFileSync, writeFileSync } from 'node:fs';
import { pgd } from '@advml/attacks';
import { ball, key, linf } from '@advml/core';
import { decodeSafetensors, encodeSafetensors } from '@advml/formats';
import { useWasm } from '@advml/wasm';
import { mul, sum, tensor1d, tensor2d } from '@tensorflow/tfjs-core';

await useWasm();
const model = (x) => sum(mul(x, [1, -2, 3]), 1);
const attack = pgd({ threat: ball(linf, 0.1), steps: 20, restarts: 2 });
const { x, success } = attack(model, tensor2d([[0.1, 0, 0.1]]), tensor1d([1]), { key: key('stranger', 0) });
if (!success[0]) throw new Error('a score of 0.4 falls by 0.6 within linf eps 0.1');

writeFileSync('worst.safetensors', encodeSafetensors({ x: { dtype: 'F32', shape: x.shape, data: x.dataSync() } }));
const { tensors } = decodeSafetensors(readFileSync('worst.safetensors'));
console.log(tensors.x.shape, tensors.x.data);
