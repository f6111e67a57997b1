// `npm start`: installs and builds what is not yet there, then reproduces the paper. `npm start -- ARGS` passes ARGS to
// `advml run paper`. What comes before goes to standard error, so that standard output is the command's alone.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, packages, requireNode } from './workspace.mjs';

requireNode();
const stdio = [process.stderr, process.stderr];
for (const step of [install, build]) {
  const { code } = await step({ stdio });
  if (code !== 0) process.exit(code);
}

// In this very process, so that signals, the terminal and the exit code are the command's own.
const { folder, manifest } = packages().find(({ name }) => name === 'advml');
const command = join(folder, manifest.bin.advml);
process.argv = [process.argv[0], command, 'run', 'paper', ...process.argv.slice(2)];
await import(pathToFileURL(command).href);
