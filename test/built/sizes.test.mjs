// How large each package is in a page: its main entry with what it stands on but tfjs, bundled, minified and gzipped, as the README says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from '../../scripts/workspace.mjs';

/** A program bundled for a page: its size in kB, and the files that something of is in it. */
async function bundled(contents) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: join(root, 'packages', 'advml') },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['browser', 'import'],
    external: ['@tensorflow/*', 'node:*', ...builtinModules],
    write: false,
    metafile: true,
    outdir: root,
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  return {
    kB: gzipSync(outputFiles[0].contents).length / 1000,
    files: Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  };
}

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const stated = [...readme.matchAll(/^\| \[`(@advml\/[\w-]+)`\].* \| ([\d.]+) \|$/gm)].map(([, name, kB]) => [
  name,
  Number(kB),
]);

test('the README states sizes', () => assert.ok(stated.length > 10));

for (const [name, kB] of stated)
  test(`${name} has about ${kB} kB`, async () => {
    const { kB: is } = await bundled(`import * as own from '${name}'; console.log(own);`);
    assert.ok(Math.abs(is - kB) <= 1 + kB / 10, `it has ${is.toFixed(1)} kB: say so in the README, if it must be`);
  });

test('one attack brings neither the others nor a reader of models', async () => {
  const { files, kB } = await bundled(`import { pgd } from '@advml/attacks'; console.log(pgd);`);
  const more = files.filter((file) => /hop-skip|square|deepfool|fab|models|protobuf/.test(file));
  assert.deepEqual(more, []);
  assert.ok(Math.abs(kB - 13) < 2, `${kB.toFixed(1)} kB: say so in the README, if it must be`);
});
