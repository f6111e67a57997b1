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
async function bundled(contents, external = ['@tensorflow/*']) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: join(root, 'packages', 'advml') },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['browser', 'import'],
    external: [...external, 'node:*', ...builtinModules],
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

/** One member of each package, in kB, and what must not come with it. */
const members = {
  '@advml/core': ['l2', 3.1, /matrices|statistics|key/],
  '@advml/data': ['gaussianMixture', 2.9, /sparse-coding|patch|idx|cifar|digits/],
  '@advml/networks': ['mlp', 4.4, /conv|resnet|two-layer|kinds|tangent|low-rank/],
  '@advml/models': ['fromLayersModel', 2.7, /onnx|protobuf|graph|ask/],
  '@advml/optimizers': ['adam', 2.3, /weight-decay|adamw|momentum|nesterov/],
  '@advml/attacks': ['pgd', 13.8, /hop-skip|square|deepfool|fab|fmn|apgd|battery/],
  '@advml/certify': ['intervalBound', 9.7, /crown|joint|exact|smooth|lipschitz/],
  '@advml/metrics': ['cleanAccuracy', 4.6, /transfer|curve|card|evaluate/],
  '@advml/purification': ['lasso', 4.5, /visuali|gradient-maps|principal|singular/],
  '@advml/training': ['adversarialObjective', 4.2, /trades|mart|awp|free/],
  '@advml/formats': ['encodeNpy', 1, /zip|lines|decode|record/],
  '@advml/plots': ['trainingCurves', 93, /histograms|certified|robustness|power/],
};

for (const [name, [member, kB, others]] of Object.entries(members))
  test(`${member} of ${name} comes alone, in about ${kB} kB`, async () => {
    const { files, kB: is } = await bundled(`import { ${member} } from '${name}'; console.log(${member});`);
    const own = files.filter((file) => file.includes(`packages/${name.slice(7)}/`));
    assert.deepEqual([own.length > 0, own.filter((file) => others.test(file))], [true, []]);
    assert.ok(Math.abs(is - kB) <= 0.5 + kB / 10, `it has ${is.toFixed(1)} kB`);
  });

test('an import that uses nothing brings nothing', async () => {
  const contents = stated.map(([name]) => `import * as unused${name.replace(/\W/g, '_')} from '${name}';`).join('\n');
  assert.deepEqual((await bundled(contents)).files, []);
});

test('tfjs comes on top, as the README says', async () => {
  const { kB: all } = await bundled(`import * as own from '@advml/wasm'; console.log(own);`, []);
  const { kB: ours } = await bundled(`import * as own from '@advml/wasm'; console.log(own);`);
  const kB = Number(readme.match(/\*\*tfjs\*\* and its backend add (\d+) kB/)?.[1]);
  assert.ok(Math.abs(all - ours - kB) <= kB / 20, `they add ${(all - ours).toFixed(0)} kB`);
});
