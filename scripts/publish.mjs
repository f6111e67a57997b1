// `npm run release`: publishes the public packages, each after those that it needs; what the registry has in that version stays.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pack, tarballsIn } from './pack.mjs';
import { build, install, packages, requireNode, root, run } from './workspace.mjs';

const help = `Publishes every public package, each after those that it needs, and stops at the first that fails. What the registry
has in that version already is left as it is, so a run that was cut goes on where it stopped when it is begun again.

Usage: npm run release -- [options]

  --registry URL    where to; default: what npm takes (npm config get registry)
  --from FOLDER     publish the tarballs of a folder as they are; default: build, and pack into tarballs/
  --no-provenance   without the proof which job made a tarball; only a job with id-token: write can give it
  --dry-run         say what is missing in the registry, and publish nothing
  --help            this text`;

/** Ends the program with a reason. */
function refuse(reason) {
  console.error(reason);
  process.exit(2);
}

function optionsOf(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        registry: { type: 'string' },
        from: { type: 'string' },
        'no-provenance': { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    return values;
  } catch ({ message }) {
    return refuse(`${message}\n\n${help}`);
  }
}

/** The registry that npm takes, or the one that is asked for. */
async function registryOf(asked) {
  if (asked === undefined) return registryOf((await npm(['config', 'get', 'registry'])).stdout.trim());
  if (!/^https?:/.test(asked) || !URL.canParse(asked))
    refuse(`--registry must be an address that begins with https: or http:, got '${asked}'`);
  const { username, password } = new URL(asked);
  if (username || password)
    refuse('--registry takes no user and password, which would be shown: npm login keeps what it needs in .npmrc');
  return asked.endsWith('/') ? asked : `${asked}/`;
}

/** npm in the root folder, where the settings of the repository hold; gives what it wrote. */
const npm = (args) => run('npm', args, { stdio: 'pipe' });

/** The tarballs to publish, as `{ name, version, file }`, in the order of {@link needsFirst}. */
async function toPublish(folder) {
  if (folder === undefined)
    for (const step of [install, build]) {
      const { code } = await step();
      if (code !== 0) process.exit(code);
    }
  const all = folder === undefined ? await pack(join(root, 'tarballs')) : tarballsIn(resolve(folder));
  const lacking = all.find(({ file }) => !existsSync(file));
  if (lacking) refuse(`there is no ${lacking.file}: make it by \`npm run tarballs\`, or leave --from out`);
  for (const tarball of all) requireWhole(tarball);
  return needsFirst().map(({ name }) => all.find((tarball) => tarball.name === name));
}

/** Refuses a tarball that is cut off, or holds another package or version than its name says: npm would publish what is in it. */
function requireWhole({ name, version, file }) {
  const { status, stdout } = spawnSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' });
  const again = 'make it anew by `npm run tarballs`, or leave --from out';
  if (status !== 0) refuse(`${file} is cut off, or no tarball of a package: ${again}`);
  const held = JSON.parse(stdout);
  if (held.name !== name || held.version !== version)
    refuse(`${file} should hold ${name}@${version}, and holds ${held.name}@${held.version}: ${again}`);
}

/** The public packages, each after those of ours that it depends on. */
function needsFirst() {
  const open = packages()
    .map(({ manifest }) => manifest)
    .filter((manifest) => !manifest.private);
  const ordered = [];
  while (open.length > 0) {
    const isReady = ({ dependencies = {} }) => !open.some(({ name }) => name in dependencies);
    const at = open.findIndex(isReady);
    if (at < 0) throw new Error(`these packages depend on each other in a circle: ${open.map(({ name }) => name)}`);
    ordered.push(...open.splice(at, 1));
  }
  return ordered;
}

/** Where the registry has the tarball of a version, and its hash; undefined if it has none. */
async function published({ name, version }, registry) {
  const address = new URL(name.replace('/', '%2f'), registry);
  const answer = await fetch(address).catch(({ message, cause }) =>
    refuse(
      `${registry} does not answer (${cause?.message || cause?.code || message}); look at the network, or at --registry`,
    ),
  );
  if (answer.status === 404) return undefined;
  if (!answer.ok) refuse(`${address} answers ${answer.status} ${answer.statusText}; look at --registry`);
  const { versions } = await answer
    .json()
    .catch(() => refuse(`${address} answers with something that is no JSON; is --registry one of npm?`));
  return versions?.[version]?.dist;
}

const hash = (bytes) => createHash('sha512').update(bytes).digest('base64');

/** What is in a tarball, as a text; pnpm leaves the order of dependencies in a manifest to chance, so there the order does not count. */
function contents(bytes) {
  const unpack = (...args) => execFileSync('tar', ['-xzO', ...args], { input: bytes, maxBuffer: 2 ** 28 });
  const sorted = (_key, value) =>
    value?.constructor === Object ? Object.fromEntries(Object.entries(value).sort()) : value;
  const manifest = JSON.stringify(JSON.parse(unpack('package/package.json')), sorted);
  return manifest + hash(unpack('--exclude', 'package/package.json'));
}

/** Whether the registry holds what a tarball here would publish. */
async function isSame({ file }, { integrity, tarball }) {
  const here = readFileSync(file);
  if (integrity === `sha512-${hash(here)}`) return true;
  const answer = await fetch(tarball);
  if (!answer.ok) refuse(`${tarball} answers ${answer.status} ${answer.statusText}`);
  return contents(Buffer.from(await answer.arrayBuffer())) === contents(here);
}

/** The tarballs that the registry lacks; one that it has must be the same. */
async function missingOf(tarballs, registry) {
  const held = await Promise.all(tarballs.map((tarball) => published(tarball, registry)));
  for (const [at, tarball] of tarballs.entries())
    if (held[at] && !(await isSame(tarball, held[at])))
      refuse(
        `${registry} has another ${tarball.name}@${tarball.version} than ${tarball.file}. A version can be used once: ` +
          'go on from the commit that was begun with, or make a new version (`pnpm changeset`, `pnpm changeset version`).',
      );
  return tarballs.filter((_, at) => !held[at]);
}

/** Refuses a registry for everyone while the manifests still name nobody's repository. */
function requireOwner(registry) {
  if (['127.0.0.1', '[::1]', 'localhost'].includes(new URL(registry).hostname)) return;
  const without = needsFirst().find(({ repository }) => repository.url.includes('/OWNER/'));
  if (without)
    refuse(
      `${without.name} names the repository ${without.repository.url}: put its owner in place of OWNER in every packages/*/package.json`,
    );
}

/** Refuses before the first package what the registry would refuse at each. */
async function requireRights(registry, withProvenance) {
  const isJob = 'ACTIONS_ID_TOKEN_REQUEST_URL' in process.env;
  if (withProvenance && !isJob)
    refuse('only a job with `id-token: write` can prove where a tarball comes from; elsewhere, add --no-provenance');
  if (isJob) return;
  const { code, stderr } = await npm(['whoami', '--registry', registry]);
  if (code === 0) return;
  if (/ENEEDAUTH|E401/.test(stderr)) refuse(`you are not logged in: npm login --registry ${registry}`);
  refuse(`${registry} does not say who you are:\n${stderr}`);
}

/** Publishes one tarball by npm, which may ask at the terminal for a second factor; resolves to its exit code. */
function publish({ file }, registry, withProvenance) {
  const more = withProvenance ? [] : ['--provenance=false'];
  const args = ['publish', file, '--access', 'public', '--registry', registry, '--loglevel', 'warn', ...more];
  return new Promise((resolve, reject) => {
    spawn('npm', args, { cwd: root, stdio: 'inherit' }).on('error', reject).on('close', resolve);
  });
}

async function main() {
  const options = optionsOf(process.argv.slice(2));
  if (options.help) return console.log(help);
  requireNode();
  const registry = await registryOf(options.registry);
  const withProvenance = !options['no-provenance'];
  if (!options['dry-run']) {
    requireOwner(registry);
    await requireRights(registry, withProvenance);
  }

  const tarballs = await toPublish(options.from);
  const missing = await missingOf(tarballs, registry);
  console.log(`${registry} has ${tarballs.length - missing.length} of ${tarballs.length} packages.`);
  for (const [done, tarball] of missing.entries()) {
    const name = `${tarball.name}@${tarball.version}`;
    if (options['dry-run']) console.log(`would publish ${name} from ${relative(root, tarball.file)}`);
    else if ((await publish(tarball, registry, withProvenance)) !== 0)
      refuse(
        `\n${name} was not published, nor what comes after it: ${missing.length - done} of ${tarballs.length} packages are ` +
          'missing. Mend what npm says above and run this again: it goes on here.',
      );
  }
}

await main();
