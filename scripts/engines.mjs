// Engines that the tests run beside the Node that runs them: the newest Node with long-term support, Deno and Bun, as
// consumers/engines pins them. They are fetched once into the cache, for they take 400 MB that no user should install.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root, run } from './workspace.mjs';

const pinned = join(root, 'consumers', 'engines');
const versions = createHash('sha256')
  .update(readFileSync(join(pinned, 'package-lock.json')))
  .digest('hex');
/** Its name says what is in it, and it comes as a whole: where there is one, it holds what is pinned. */
const folder = join(cache, `engines-${versions.slice(0, 12)}`);

/** The words that run a program on each, by name; those that there are none of for this machine are missing. */
export async function engines() {
  if (!existsSync(folder)) await fetchEngines();
  const bin = (name) => join(folder, 'node_modules', '.bin', name);
  const all = { node: [bin('node')], deno: [bin('deno'), 'run', '--allow-all'], bun: [bin('bun')] };
  return Object.fromEntries(Object.entries(all).filter(([, [program]]) => existsSync(program)));
}

/** Two suites may do this at once, so each fetches into a folder of its own beside the place. */
async function fetchEngines() {
  mkdirSync(cache, { recursive: true });
  const own = mkdtempSync(`${folder}-`);
  try {
    cpSync(pinned, own, { recursive: true });
    const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund'];
    const { code, stdout, stderr } = await run('npm', args, { cwd: own, stdio: 'pipe' });
    if (code !== 0) throw new Error(`the engines cannot be fetched:\n${stdout}${stderr}`);
    putInPlace(own);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** A folder that is full is not replaced: then another suite was here first, and its engines are as good. */
function putInPlace(own) {
  try {
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
