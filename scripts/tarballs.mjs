// `npm run tarballs`: builds and packs every public package into `tarballs/`, to be installed in a project elsewhere.
import { join } from 'node:path';
import { pack } from './pack.mjs';
import { build, install, readManifest, requireNode, root } from './workspace.mjs';

requireNode();
for (const step of [install, build]) {
  const { code } = await step();
  if (code !== 0) process.exit(code);
}
const folder = join(root, 'tarballs');
const made = await pack(folder);
const tfjs = readManifest(root).devDependencies['@tensorflow/tfjs-core'];
console.log(
  `\n${made.length} packages. In a project of yours:\n\nnpm install "${folder}"/*.tgz @tensorflow/tfjs-core@${tfjs}`,
);
