// Every operator has its place in the table of the README, and is compared with onnxruntime.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OPERATORS } from '../../src/onnx/operators/registry.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const names = [...OPERATORS.keys()].toSorted();

it('the table lists exactly the operators that there are', () => {
  const readme = read('../../README.md');
  const section = readme.slice(readme.indexOf('## Operators of ONNX'));
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| |'));
  const listed = rows.flatMap((row) => Array.from(row.split('|')[2].matchAll(/`(\w+)`/g), ([, name]) => name));
  expect(listed.toSorted()).toEqual(names);
});

it('the tests compare each of them', () => {
  const tests = readdirSync(new URL('operators', import.meta.url)).map((file) => read(`operators/${file}`));
  const missing = names.filter((name) => !tests.some((test) => new RegExp(`['" ]${name}['" ]`).test(test)));
  expect(missing).toEqual([]);
});
