// Every public package loads in plain Node by its own name, at each of its entry points, and only by loading does nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engine } from '@tensorflow/tfjs-core';
import { packages } from '../../scripts/workspace.mjs';

for (const { name, manifest } of packages().filter((entry) => !entry.manifest.private)) {
  const entryPoints = Object.keys(manifest.exports).filter((path) => path !== './package.json');
  for (const path of entryPoints) {
    const specifier = name + path.slice(1);
    test(`${specifier} loads, and makes no tensor`, async () => {
      const module = await import(specifier);
      const names = Object.keys(module);
      assert.ok(names.length > 0, 'exports nothing');
      const isModuleOfExperiments = path === './catalogue'; // what worker threads load
      assert.equal(names.includes('default'), isModuleOfExperiments, 'a default export');
      for (const each of names) assert.notEqual(module[each], undefined, each);
      assert.equal(engine().state.numTensors, 0);
    });
  }
}
