// Checks the tarballs of the public packages: four tests each, in one process, since each tool takes seconds to load.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packed, tarballsIn } from '../pack.mjs';
import { packages, readManifest, root, run } from '../workspace.mjs';
import { tally } from './tally.mjs';

/** What is wrong with a tarball, by whom looks; see the functions. */
const checks = { manifest: wrongFields, files: wrongFiles, publint: misleading, attw: mistyped };

export async function checkPackages() {
  const { counts, count } = tally();
  for (const { name, file } of tarballsIn(packed))
    for (const [check, find] of Object.entries(checks)) {
      const wrong = await find(name, file);
      count(`${check} of ${name}`, wrong.length === 0, wrong.join('\n'));
    }
  return counts;
}

/** Fields that provenance and the registry's page stand on. */
function wrongFields(name) {
  const { folder, manifest } = packages().find((own) => own.name === name);
  const { repository, publishConfig, engines, license, type, sideEffects } = manifest;
  const holds = {
    'repository.directory': repository.directory === `packages/${basename(folder)}`,
    'publishConfig of access and provenance': publishConfig.access === 'public' && publishConfig.provenance,
    'engines of the repository': engines.node === readManifest(root).engines.node,
    'a licence': license.startsWith('MIT'),
    'modules without side effects': type === 'module' && sideEffects === false,
  };
  return Object.keys(holds).flatMap((field) => (holds[field] ? [] : [`has no ${field}`]));
}

/** What is missing, what nobody needs, and what an earlier build left: all of `dist` comes from a file of `src`, which its map names. */
async function wrongFiles(_name, tarball) {
  const { stdout } = await run('tar', ['-tzf', tarball], { stdio: 'pipe' });
  const files = stdout.trim().split('\n');
  const has = (file) => files.includes(`package/${file}`);
  const isNeedless = (file) =>
    /\/tests?\/|\.test\.|\.tsbuildinfo$/.test(file) && !file.startsWith('package/templates/');
  const isStale = (file) => {
    const made = /^package\/dist\/(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(file)?.[1];
    return made !== undefined && !has(`src/${made}.ts`);
  };
  return [
    ...['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']
      .filter((file) => !has(file))
      .map((file) => `lacks ${file}`),
    ...files.filter((file) => isNeedless(file) || isStale(file)).map((file) => `holds ${file}`),
  ];
}

/** What publint says; warnings count. */
async function misleading(_name, tarball) {
  const tarballData = new Uint8Array(readFileSync(tarball)).buffer;
  const { messages, pkg } = await publint({ pack: { tarball: tarballData }, strict: true });
  return messages.map((message) => formatMessage(message, pkg, { color: false }));
}

/** Entry points whose types are not found, or are not those of what is loaded, by modules and by bundlers. */
async function mistyped(_name, tarball) {
  const { types, problems = [] } = await checkPackage(
    createPackageFromTarballData(new Uint8Array(readFileSync(tarball))),
  );
  const isOfOthers = ({ resolutionKind }) => ['node10', 'node16-cjs'].includes(resolutionKind);
  const wrong = problems.filter((problem) => !isOfOthers(problem)).map((problem) => JSON.stringify(problem));
  return types ? wrong : ['has no types'];
}
