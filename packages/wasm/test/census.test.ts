import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => useWasm());

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** Names of kernels that a line of the README's list of what remains has, by the line's first words. */
function remaining(words: string): string[] {
  const list = readme.slice(readme.indexOf('## What remains')).split('\n## ')[0];
  const line = list.split('\n- ').find((each) => each.startsWith(`**${words}`));
  if (line === undefined) throw new Error(`the list of what remains has no line "${words}"`);
  const [item] = line.split('\n\n');
  return Array.from(item.matchAll(/`(\w+)`/g), ([, name]) => name);
}

const kernelsOf = (backend: string) => tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
const missing = () => kernelsOf('cpu').filter((name) => tf.getKernel(name, 'wasm') === undefined);
const sorted = (names: readonly string[]) => [...new Set(names)].sort();

describe('what remains', () => {
  it('names every kernel that the cpu backend has and WASM lacks', () => {
    expect(sorted(remaining('Not on WASM'))).toEqual(sorted(missing()));
  });

  it('names every kernel without a gradient', () => {
    const none = [...kernelsOf('cpu'), ...kernelsOf('wasm')].filter((name) => tf.getGradient(name) === undefined);
    const listed = ['Not on WASM', 'Nothing to differentiate', 'No gradient', 'No second', 'Not by name'];
    expect(sorted(listed.flatMap(remaining))).toEqual(sorted(none));
  });
});
