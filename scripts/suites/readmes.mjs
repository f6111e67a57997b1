// The first `ts` fence of every README, as a program on the built packages: one test each, and one for their types. A package's
// README must do with what its own install line brings, so its program sees those packages and no other.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cache, packages, root, run, tool } from '../workspace.mjs';

const longest = 60_000; // ms

/** Checks the types of all examples together, then runs each one in a project of its own, outside this repository. */
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
  for (const place of [root, ...publicFolders.map(({ folder }) => folder)]) {
    const readme = join(place, 'README.md');
    const markdown = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
    const name = place === root ? 'root' : basename(place);
    const [example] = fences(markdown);
    if (!example) count(`README of ${name}`, false, `${readme} is missing or has no ts fence`);
    else programs.push({ name, example, markdown });
  }

  for (const { name, example } of programs) writeFileSync(join(folder, `${name}.mts`), example);
  writeFileSync(join(folder, 'tsconfig.json'), settings);
  const { code, stdout } = await tool('tsc', ['-p', folder], { stdio: 'pipe' });
  count('types of the README examples', code === 0, stdout);

  for (const { name, markdown } of programs) {
    const installed = installLine(markdown);
    const lacking = missing(markdown, installed);
    if (lacking.length > 0) {
      count(`README of ${name}`, false, `its install line lacks ${lacking.join(', ')}`);
      continue;
    }
    const { code, signal, stdout, stderr } = await runAlone(join(folder, 'out', `${name}.mjs`), installed);
    const reason = signal ? `ended by ${signal}, the limit is ${longest / 1000} s\n` : '';
    count(`README of ${name}`, code === 0, code === 0 ? '' : reason + stdout + stderr);
  }
  return counts;
}

/** Runs a program in a folder that sees the given packages only, as strict package managers have it. */
async function runAlone(program, installed) {
  const project = mkdtempSync(join(tmpdir(), 'advml-readme-'));
  try {
    for (const name of installed) {
      const link = join(project, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(folderOf(name), link);
    }
    const file = join(project, basename(program));
    renameSync(program, file);
    return await run(process.execPath, [file], { cwd: project, stdio: 'pipe', timeout: longest });
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/** A package's folder: of this workspace, or of those that it pins. */
function folderOf(name) {
  return packages().find((own) => own.name === name)?.folder ?? join(root, 'node_modules', name);
}

/** The packages that a README has its reader install. */
function installLine(markdown) {
  const line = markdown.match(/^npm install (?:--global )?([^#\n]*)/m)?.[1].trim();
  return line ? line.split(/\s+/).map((word) => word.replace(/(.)@.*/, '$1')) : [];
}

/** Packages that a README's code imports and its install line does not bring. */
function missing(markdown, installed) {
  const imported = fences(markdown).flatMap((code) =>
    [...code.matchAll(/from '((?:@[\w-]+\/)?[\w-]+)/g)].map(([, name]) => name),
  );
  return [...new Set(imported)].filter((name) => !installed.includes(name));
}

function fences(markdown) {
  return [...markdown.matchAll(/^ *```(?:ts|js)\n([\s\S]*?)^ *```$/gm)].map(([, code]) => code);
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
