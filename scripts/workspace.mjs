// What `npm start` and `npm test` share: the pinned pnpm, installation and build. Needs nothing but Node and npm.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A folder for everything that the tests write; git and biome ignore it. */
export const cache = join(root, '.cache');

const manifest = readManifest(root);
const [, pnpmVersion] = manifest.packageManager.split('@');

/** Ends the program with a clear message on a Node that is too old. */
export function requireNode() {
  const [least] = manifest.engines.node.match(/[\d.]+/);
  if (process.versions.node.localeCompare(least, 'en', { numeric: true }) >= 0) return;
  console.error(`advml needs Node ${least} or newer; this is Node ${process.versions.node} (${process.execPath}).`);
  process.exit(2);
}

/** The parsed package.json of a folder. */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The workspace's packages, as `{ folder, name, manifest }`, ordered by folder; the private ones come too. */
export function packages() {
  return readdirSync(join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, 'packages', entry.name))
    .sort()
    .map((folder) => ({ folder, manifest: readManifest(folder), name: readManifest(folder).name }));
}

/**
 * Runs a program to its end; resolves to its exit code (128 + number for a signal) and what it wrote if captured.
 * Signals to this process reach the child; standard input is never the child's.
 */
export function run(command, args, { cwd = root, env = process.env, stdio = 'inherit', timeout } = {}) {
  return new Promise((resolve, reject) => {
    const output = stdio === 'inherit' || stdio === 'pipe' ? [stdio, stdio] : stdio;
    const child = spawn(command, args, { cwd, env: childEnvironment(env), stdio: ['ignore', ...output], timeout });
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    let interrupted = 0;
    const forward = (signal, number) => {
      interrupted = 128 + number;
      child.kill(signal);
    };
    for (const signal of signals) process.on(signal, forward);

    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      if (interrupted) process.exit(interrupted);
      resolve({ code: code ?? 1, signal, stdout, stderr });
    });
  });
}

/** Runs a program of node_modules/.bin. */
export function tool(name, args, options) {
  return run(join(root, 'node_modules', '.bin', name), args, options);
}

/** Runs the pinned pnpm: the installed one if its version is the pinned one, else one that npx fetches. */
export function pnpm(args, options) {
  const [command, ...first] = pnpmCommand();
  return run(command, [...first, ...args], options);
}

/** Installs exactly what the lockfile says; quick when nothing changed. */
export function install(options) {
  return pnpm(['install', '--frozen-lockfile', '--config.confirmModulesPurge=false'], options);
}

/** Builds every package; turbo, which calls pnpm in each, skips those whose sources did not change. */
export function build(options) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
  return pnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', '--concurrency=100%'], {
    env,
    ...options,
  });
}

let found;
function pnpmCommand() {
  if (found) return found;
  // Asked outside the repository, because inside it pnpm would answer for the version that package.json pins.
  const { stdout } = spawnSync('pnpm', ['--version'], {
    cwd: tmpdir(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const installed = stdout?.trim() === pnpmVersion;
  found = installed ? ['pnpm'] : ['npx', '--yes', '--prefer-offline', `pnpm@${pnpmVersion}`];
  return found;
}

/** The environment without what `npm run` says about itself, which pnpm and a nested npm would take for their settings. */
function childEnvironment(env) {
  const ofNpm = /^npm_(?!config_)|^npm_config_(.*prefix|globalconfig|init_module|node_gyp|npm_version|user_agent)$/;
  const keep = ([name, value]) => !ofNpm.test(name) && !(name.startsWith('npm_config_') && value === '');
  return Object.fromEntries(Object.entries(env).filter(keep));
}
