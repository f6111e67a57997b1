// The packed packages in a stranger's project, outside this repository and installed by plain npm: programs of consumers/ in Node, as
// modules, as CommonJS, in a thread and in a bundle; under strict TypeScript; in a page and a web worker; in other engines; the command.
// All attacks must find the same to the bit.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engines } from '../engines.mjs';
import { packed, tarballsIn } from '../pack.mjs';
import { readManifest, root, run } from '../workspace.mjs';
import { tally } from './tally.mjs';

/** Installs the tarballs and runs consumers/ in a temporary folder that is removed at the end. */
export async function consumers() {
  const project = mkdtempSync(join(tmpdir(), 'advml-consumer-'));
  const { counts, count, skip } = tally();
  try {
    cpSync(join(root, 'consumers'), project, { recursive: true });
    writeFileSync(join(project, 'package.json'), JSON.stringify(stranger(tarballsIn(packed)), null, 2));
    const step = async ({ name, command: [program, ...args], passes = succeeded }) => {
      const result = await run(program, args, { cwd: project, stdio: 'pipe', timeout: 300_000 });
      const ok = passes(result);
      if (isSkipped(result)) skip(name, result.stdout.split('\n')[0]);
      else count(name, ok, ok ? '' : `${program} ${args.join(' ')}\n${result.stdout}${result.stderr}`);
      return { ...result, ok };
    };
    if (!(await step(installs)).ok) return counts;
    const { ok, stdout: found } = await step(first);
    if (!ok) return counts;
    for (const each of [...steps(found), ...inPage(project, found), ...inEngines(await engines(), found)])
      await step(each);
    return counts;
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

const succeeded = ({ code }) => code === 0;
const isSkipped = ({ stdout }) => /^0 passed, 0 failed, 1 skipped$/m.test(stdout);
const prints =
  (found) =>
  ({ code, stdout }) =>
    code === 0 && stdout === found;

/** The declarations of tfjs-core itself do not compile where libraries are checked; ours must, so only their errors count. */
const oursCompile = ({ code, stdout }) =>
  (code === 0 || stdout.includes('error TS')) &&
  !/^(program\.ts|required\.cjs|node_modules\/(@advml\/|advml\/))/m.test(stdout);

/** How Node before 20.19 refuses a `require` of modules. */
const saysToImport = ({ code, stderr }) =>
  code !== 0 && stderr.includes('ERR_REQUIRE_ESM') && stderr.includes('import()');

const installs = { name: 'install', command: ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund'] };
const first = { name: 'a module of Node', command: ['node', 'program.mjs'] };
const tsc = 'node_modules/typescript/bin/tsc';
const binaries = ['', '-simd'].map(
  (kind) => `node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm${kind}.wasm`,
);

/** The words that bundle a program by esbuild, and lay the binaries of the backend beside it. */
const bundle = (program, ...more) => [
  ...[join(root, 'node_modules', '.bin', 'esbuild'), program, ...binaries, '--bundle', '--loader:.wasm=copy'],
  ...['--entry-names=[name]', '--log-level=warning', ...more],
];

/** What is done in the project, one after the other; it passes with code 0 where nothing is said. */
const steps = (found) => [
  { name: 'a worker thread', command: ['node', 'thread.mjs'], passes: prints(found) },
  { name: 'CommonJS that imports', command: ['node', 'imported.cjs'], passes: prints(found) },
  {
    name: 'types of the TypeScript programs and of our declarations',
    command: ['node', tsc, '-p', '.', '--skipLibCheck', 'false'],
    passes: oursCompile,
  },
  { name: 'a TypeScript program', command: ['node', 'out/program.js'] },
  { name: 'CommonJS that requires', command: ['node', '--experimental-require-module', 'required.cjs'] },
  {
    name: 'CommonJS that requires where it may not',
    command: ['node', '--no-experimental-require-module', 'required.cjs'],
    passes: saysToImport,
  },
  {
    name: 'a bundle for Node is made',
    command: bundle('bundled.mjs', '--platform=node', '--outdir=bundled', '--out-extension:.js=.cjs'),
  },
  { name: 'and runs', command: ['node', 'bundled/bundled.cjs'], passes: prints(found) },
  { name: 'advml --help', command: ['npx', '--no', 'advml', '--help'] },
  { name: 'advml doctor', command: ['node_modules/.bin/advml', 'doctor'] },
];

const inPage = (project, found) => [
  { name: 'a bundle for a web worker is made', command: bundle('worker.mjs', '--outdir=page/public') },
  {
    name: 'it and a page in Chromium',
    command: ['node', join(root, 'test', 'consumer-page.mjs'), join(project, 'page'), found.trim()],
  },
];

/** The first program and the command in other engines. */
const inEngines = (all, found) =>
  Object.entries(all).flatMap(([name, words]) => [
    { name: `a module of ${name}`, command: [...words, 'program.mjs'], passes: prints(found) },
    { name: `advml doctor by ${name}`, command: [...words, 'node_modules/advml/bin/advml.js', 'doctor'] },
  ]);

/** The stranger's package.json: every public package as a tarball, and the compiler that the repository pins. */
function stranger(tarballs) {
  const { devDependencies } = readManifest(root);
  const outside = ['@tensorflow/tfjs-core', '@types/node', 'typescript'];
  return {
    name: 'stranger',
    private: true,
    type: 'module',
    dependencies: {
      ...Object.fromEntries(outside.map((name) => [name, devDependencies[name]])),
      ...Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`])),
    },
  };
}
