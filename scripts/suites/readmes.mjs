// The first `ts` fence of every README, as a program on the built packages: one test each, and one for their types.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cache, packages, root, run, tool } from '../workspace.mjs';

const longest = 60_000; // ms

/** Checks the types of all examples together, then runs each one. */
export async function readmes() {
  const folder = join(cache, 'readmes');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const counts = { passed: 0, failed: 0 };
  const count = (name, ok, reason = '') => {
    counts[ok ? 'passed' : 'failed'] += 1;
    console.log(`${ok ? 'ok' : 'FAILED'}: ${name}${reason && `\n${reason}`}`);
  };

  const programs = [];
  const publicFolders = packages().filter(({ manifest }) => !manifest.private);
  for (const readme of [root, ...publicFolders.map(({ folder }) => folder)].map((place) => join(place, 'README.md'))) {
    const name = readme === join(root, 'README.md') ? 'root' : basename(join(readme, '..'));
    const example = existsSync(readme) && firstExample(readFileSync(readme, 'utf8'));
    if (example) programs.push({ name, file: join(folder, `${name}.mts`), example });
    else count(`README of ${name}`, false, `${readme} is missing or has no ts fence`);
  }

  for (const { file, example } of programs) writeFileSync(file, example);
  writeFileSync(join(folder, 'tsconfig.json'), settings);
  const { code, stdout } = await tool('tsc', ['-p', folder], { stdio: 'pipe' });
  count('types of the README examples', code === 0, stdout);

  for (const { name } of programs) {
    const program = join(folder, 'out', `${name}.mjs`);
    const { code, signal, stdout, stderr } = await run(process.execPath, [program], {
      stdio: 'pipe',
      timeout: longest,
    });
    const reason = signal ? `ended by ${signal}, the limit is ${longest / 1000} s\n` : '';
    count(`README of ${name}`, code === 0, code === 0 ? '' : reason + stdout + stderr);
  }
  return counts;
}

function firstExample(markdown) {
  return markdown.match(/^```ts\n([\s\S]*?)^```$/m)?.[1];
}

const settings = JSON.stringify({
  extends: '../../tsconfig.base.json',
  compilerOptions: {
    outDir: 'out',
    noEmitOnError: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    incremental: false,
    noUnusedLocals: false,
  },
  include: ['*.mts'],
});
