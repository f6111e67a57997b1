// Publishing all packages to a registry on the loopback: refused without a login, cut, begun again; and a stranger who installs from it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { packed, tarballsIn } from '../pack.mjs';
import { packages, readManifest, root, run } from '../workspace.mjs';
import { registry } from './registry.mjs';
import { tally } from './tally.mjs';

/** Does all of it, in a temporary folder that is removed at the end. */
export async function publish() {
  const folder = mkdtempSync(join(tmpdir(), 'advml-publish-'));
  const own = await registry();
  const { counts, count } = tally();
  const check = (name, { code, stdout, stderr }, isRight) =>
    count(name, isRight, isRight ? '' : `code ${code}\n${stdout}${stderr}`);
  try {
    const npmrc = join(folder, 'npmrc');
    const release = releaseTo(own.address, npmrc);
    const refuses = ({ code, stderr }, words) => code === 2 && stderr.includes(words);
    writeFileSync(npmrc, '');
    const unknown = await release();
    check('nothing is published without a login', unknown, refuses(unknown, 'npm login') && own.taken.length === 0);
    const secret = await release('--registry', own.address.replace('//', '//me:secret@'));
    const isKept = refuses(secret, 'takes no user and password') && !secret.stderr.includes('secret');
    check('a password in the address is refused, and not shown', secret, isKept);
    const dry = await release('--dry-run');
    const order = [...dry.stdout.matchAll(/^would publish (.+)@/gm)].map(([, name]) => name);
    check('all packages would be, each after those that it needs', dry, isInOrder(order));

    const wrong = await release('--from', withOther(folder, foreign), '--dry-run');
    check('a tarball of another package is refused', wrong, refuses(wrong, 'should hold @advml/'));
    const short = await release('--from', withOther(folder, half), '--dry-run');
    check('a tarball that is cut off is refused', short, refuses(short, 'is cut off'));

    writeFileSync(npmrc, `${own.address.slice('http:'.length)}/:_authToken=${own.token}\n`);
    const small = smallest(3);
    const missing = order.filter((name) => small.includes(name)); // npm takes seconds for each
    for (const { name, file } of tarballsIn(packed))
      if (!missing.includes(name)) own.hold(await packedManifest(file), readFileSync(file));
    own.cut(missing[1]);
    const cut = await release();
    check('a cut says how to go on', cut, refuses(cut, ': 2 of ') && own.taken.length === 1);
    const again = await release();
    check('begun again, it goes on there', again, again.code === 0 && own.taken.join() === missing.join());
    const once = await release();
    check('what is published stays', once, once.code === 0 && own.taken.length === missing.length);
    const other = await release('--from', withOther(folder, changed));
    check('other content of a published version is refused', other, refuses(other, 'A version can be used once'));

    const project = join(folder, 'stranger');
    const installed = await installFrom(own.address, project);
    check('packages are installed from the registry', installed, installed.code === 0);
    const program = await run('node', ['program.mjs'], { cwd: project, stdio: 'pipe' });
    check('and run', program, program.code === 0);
    return counts;
  } finally {
    own.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command, which publishes the tarballs of the tests where its options name no others. */
const releaseTo =
  (address, userconfig) =>
  (...options) => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL, ...rest } = process.env;
    const env = { ...rest, npm_config_userconfig: userconfig, npm_config_fetch_retries: '0' };
    const args = ['scripts/publish.mjs', '--no-provenance', '--registry', address, '--from', packed, ...options];
    return run(process.execPath, args, { env, stdio: 'pipe' });
  };

/** Whether these are all public packages, once, and each after those that it depends on. */
function isInOrder(names) {
  const all = packages().filter(({ manifest }) => !manifest.private);
  const isAfter = ({ name, manifest }) =>
    Object.keys(manifest.dependencies ?? {}).every((needed) => names.indexOf(needed) < names.indexOf(name));
  return names.length === all.length && all.every((each) => names.includes(each.name) && isAfter(each));
}

/** The names of the packages with the smallest tarballs. */
const smallest = (many) =>
  tarballsIn(packed)
    .map(({ name, file }) => ({ name, size: statSync(file).size }))
    .sort((one, other) => one.size - other.size)
    .slice(0, many)
    .map(({ name }) => name);

/** The manifest in a tarball. */
async function packedManifest(file) {
  const { stdout } = await run('tar', ['-xzOf', file, 'package/package.json'], { stdio: 'pipe' });
  return JSON.parse(stdout);
}

/** A folder of the same tarballs but for one, in whose place `put(file, another)` writes another. */
function withOther(folder, put) {
  const [first, second, ...rest] = tarballsIn(packed);
  const other = mkdtempSync(join(folder, 'other-'));
  for (const { file } of [first, ...rest]) copyFileSync(file, join(other, basename(file)));
  put(join(other, basename(second.file)), first.file, second.file);
  return other;
}

/** Another package. */
const foreign = (file, first) => copyFileSync(first, file);

/** Half of the tarball. */
const half = (file, _first, own) => writeFileSync(file, readFileSync(own).subarray(0, statSync(own).size / 2));

/** The same package with one more file. */
function changed(file, _first, own) {
  const folder = mkdtempSync(join(dirname(file), 'changed-'));
  execFileSync('tar', ['-xzf', own, '-C', folder]);
  writeFileSync(join(folder, 'package', 'more.txt'), 'more');
  execFileSync('tar', ['-czf', file, '-C', folder, 'package']);
}

/** Installs from a registry what a program of consumers/ needs, in a folder beside a copy of it. */
function installFrom(address, project) {
  cpSync(join(root, 'consumers'), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  writeFileSync(join(project, '.npmrc'), `@advml:registry=${address}/\n`);
  const tfjs = `@tensorflow/tfjs-core@${readManifest(root).devDependencies['@tensorflow/tfjs-core']}`;
  const ours = ['attacks', 'core', 'formats', 'networks', 'wasm'].map((name) => `@advml/${name}`);
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...ours, tfjs];
  return run('npm', args, { cwd: project, stdio: 'pipe' });
}
