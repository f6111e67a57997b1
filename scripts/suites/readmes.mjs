// The first `ts` fence of every README, as a program on the built packages: one test each, and one for their types. A package's
// README must do with what its own install line brings, so its program sees those packages and no other. In a guide all fences that
// begin with the name of a file, such as `// run.mjs`, are programs of one project, which run one after the other. All other fences are
// compiled.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cache, packages, root, run, tool } from '../workspace.mjs';
import { fences } from './fences.mjs';
import { tally } from './tally.mjs';

const longest = 60_000; // ms
const guides = join(root, 'docs', 'guides');

/** Checks the types of all examples together, then runs each one in a project of its own, outside this repository. */
export async function readmes() {
  const folder = join(cache, 'readmes');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const { counts, count } = tally();

  /** One project each: its name, its files in order, and the text that says what it installs. */
  const projects = [];
  /** Fences that are no programs. */
  const fragments = [];
  const publicFolders = packages().filter(({ manifest }) => !manifest.private);
  for (const place of [root, ...publicFolders.map(({ folder }) => folder)]) {
    const readme = join(place, 'README.md');
    const markdown = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
    const name = place === root ? 'root' : basename(place);
    const [example, ...others] = fences(markdown);
    fragments.push(...others);
    if (!example) count(`README of ${name}`, false, `${readme} is missing or has no ts fence`);
    else projects.push({ name: `README of ${name}`, files: [{ file: `${name}.mjs`, code: example.code }], markdown });
  }
  for (const guide of readdirSync(guides).filter((file) => file.endsWith('.md'))) {
    const markdown = readFileSync(join(guides, guide), 'utf8');
    const files = [];
    for (const fence of fences(markdown)) {
      const file = fence.code.match(/^\/\/ ([\w-]+\.mjs)\n/)?.[1];
      if (file) files.push({ file, code: fence.code });
      else fragments.push(fence);
    }
    if (files.length > 0) projects.push({ name: `guide ${guide}`, files, markdown });
  }

  for (const { name, files } of projects) {
    mkdirSync(join(folder, name));
    for (const { file, code } of files) writeFileSync(join(folder, name, file.replace('.mjs', '.mts')), code);
  }
  for (const [at, { language, code, ground }] of fragments.entries())
    writeFileSync(
      join(folder, `fragment-${at}.${language === 'ts' ? 'mts' : 'mjs'}`),
      `${ground}\n${code}\nexport {};\n`,
    );
  for (const [name, settings] of Object.entries(projectsOfTypes)) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(settings));
    const { code, stdout } = await tool('tsc', ['-p', join(folder, `${name}.json`)], { stdio: 'pipe' });
    count(`types of the examples, ${name}`, code === 0, stdout);
  }

  for (const { name, files, markdown } of projects) {
    const installed = installLine(markdown);
    const lacking = missing(markdown, installed);
    if (lacking.length > 0) {
      count(name, false, `its install line lacks ${lacking.join(', ')}`);
      continue;
    }
    const programs = files.map(({ file }) => join(folder, 'out', name, file));
    const { code, signal, stdout, stderr } = await runAlone(programs, installed);
    const reason = signal ? `ended by ${signal}, the limit is ${longest / 1000} s\n` : '';
    count(name, code === 0, code === 0 ? '' : reason + stdout + stderr);
  }
  return counts;
}

/** Runs programs one after the other in a folder that sees the given packages only, as strict package managers have it. */
async function runAlone(programs, installed) {
  const project = mkdtempSync(join(tmpdir(), 'advml-readme-'));
  try {
    for (const name of installed) {
      const link = join(project, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(folderOf(name), link);
    }
    const files = programs.map((program) => join(project, basename(program)));
    for (const [at, file] of files.entries()) renameSync(programs[at], file);
    let ended;
    for (const file of files) {
      ended = await run(process.execPath, [file], { cwd: project, stdio: 'pipe', timeout: longest });
      if (ended.code !== 0) break;
    }
    return ended;
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
  const imported = fences(markdown).flatMap(({ code }) =>
    [...code.matchAll(/from '((?:@[\w-]+\/)?[\w-]+)/g)].map(([, name]) => name),
  );
  return [...new Set(imported)].filter((name) => !installed.includes(name));
}

/** TypeScript under the settings of this repository; JavaScript by what can be inferred, for its words carry no types. */
const projectsOfTypes = {
  typescript: {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      rootDir: '.',
      outDir: 'out',
      noEmitOnError: false,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      incremental: false,
      noUnusedLocals: false,
      paths: {
        '@tensorflow/tfjs-converter': ['../../packages/models/node_modules/@tensorflow/tfjs-converter/dist/index.d.ts'],
      },
    },
    include: ['**/*.mts'],
  },
  javascript: {
    extends: './typescript.json',
    compilerOptions: { allowJs: true, checkJs: true, strict: false, noUnusedParameters: false, noEmit: true },
    include: ['*.mjs'],
  },
};
