// Engines that the tests run beside the Node that runs them: the newest Node with long-term support, Deno and Bun, as
// consumers/engines pins them. They are fetched once into the cache, for they take 400 MB that no user should install.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root, run } from './workspace.mjs';

const pinned = join(root, 'consumers', 'engines');
const folder = join(cache, 'engines');
const lock = 'package-lock.json';

/** The words that run a program on each, by name; those that there are none of for this machine are missing. */
export async function engines() {
  if (!isFetched()) await fetchEngines();
  const bin = (name) => join(folder, 'node_modules', '.bin', name);
  const all = { node: [bin('node')], deno: [bin('deno'), 'run', '--allow-all'], bun: [bin('bun')] };
  return Object.fromEntries(Object.entries(all).filter(([, [program]]) => existsSync(program)));
}

const isFetched = () =>
  existsSync(join(folder, 'node_modules', '.bin')) &&
  readFileSync(join(folder, lock), 'utf8') === readFileSync(join(pinned, lock), 'utf8');

async function fetchEngines() {
  cpSync(pinned, folder, { recursive: true });
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund'];
  const { code, stdout, stderr } = await run('npm', args, { cwd: folder, stdio: 'pipe' });
  if (code !== 0) throw new Error(`the engines cannot be fetched:\n${stdout}${stderr}`);
}
