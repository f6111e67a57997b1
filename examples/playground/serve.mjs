// Builds what is not built, then the page, and serves it on this machine alone. Usage: pnpm playground [PORT].
import { fileURLToPath } from 'node:url';
import { build as buildPage, preview } from 'vite';
import { build } from '../../scripts/workspace.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const { code } = await build();
if (code !== 0) process.exit(code);
await buildPage({ root, logLevel: 'warn' });
const server = await preview({ root, preview: { port: Number(process.argv[2] ?? 4173) } });
console.log(
  `The playground: ${server.resolvedUrls.local[0]} (Ctrl+C ends it; its files are in examples/playground/dist)`,
);
