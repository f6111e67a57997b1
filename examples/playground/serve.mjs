// Builds what is not built, then the page, and serves it on this machine alone. `--help` says how it is called.
import { fileURLToPath } from 'node:url';
import { build as buildPage, preview } from 'vite';
import { build } from '../../scripts/workspace.mjs';

const USAGE =
  'usage: pnpm playground [PORT]   (a whole number from 0, for any that is free, to 65535; 4173 if there is none)';

const port = portOf(process.argv.slice(2));
const root = fileURLToPath(new URL('.', import.meta.url));
const { code } = await build();
if (code !== 0) process.exit(code);
await buildPage({ root, logLevel: 'warn' });
const server = await preview({ root, preview: { port } });
console.log(
  `The playground: ${server.resolvedUrls.local[0]} (Ctrl+C ends it; its files are in examples/playground/dist)`,
);

/** The port that the arguments ask for; the program ends where they ask for help or make no sense. */
function portOf([word = '4173', ...more]) {
  if (word === '--help') {
    console.log(USAGE);
    process.exit(0);
  }
  if (more.length === 0 && /^\d+$/.test(word) && Number(word) <= 65535) return Number(word);
  console.error(USAGE);
  process.exit(2);
}
