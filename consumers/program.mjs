// Plain JavaScript: an attack in Node, Deno or Bun, and its result in a safetensors file and back.
import { readFileSync, writeFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors } from '@advml/formats';
import { attack } from './attack.mjs';

const found = await attack();
const data = Float32Array.from(JSON.parse(found).x);
writeFileSync('worst.safetensors', encodeSafetensors({ x: { dtype: 'F32', shape: [4, 3], data } }));
const { tensors } = decodeSafetensors(readFileSync('worst.safetensors'));
if (tensors.x.data.some((value, at) => value !== data[at])) throw new Error('what is read is not what was written');
console.log(found);
