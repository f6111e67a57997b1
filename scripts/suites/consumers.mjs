// The packed packages in a stranger's project, outside this repository and installed by plain npm: a JavaScript program,
// a TypeScript program under strict settings, and the command.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from '../pack.mjs';
import { readManifest, root, run } from '../workspace.mjs';
import { tally } from './tally.mjs';

/** Installs the tarballs and runs consumers/ in a temporary folder that is removed at the end. */
export async function consumers() {
  const project = mkdtempSync(join(tmpdir(), 'advml-consumer-'));
  try {
    cpSync(join(root, 'consumers'), project, { recursive: true });
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify(stranger(await pack(join(project, 'tarballs'))), null, 2),
    );
    const { counts, count } = tally();
    for (const { name, command, args, passes = succeeded } of steps) {
      const result = await run(command, args, { cwd: project, stdio: 'pipe', timeout: 300_000 });
      const ok = passes(result);
      count(name, ok, ok ? '' : `${command} ${args.join(' ')}\n${result.stdout}${result.stderr}`);
      if (!ok && name === 'install') break;
    }
    return counts;
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

const succeeded = ({ code }) => code === 0;

/** The declarations of tfjs-core itself do not compile where libraries are checked; ours must, so only their errors count. */
const oursCompile = ({ code, stdout }) =>
  (code === 0 || stdout.includes('error TS')) && !/^(program\.ts|node_modules\/(@advml\/|advml\/))/m.test(stdout);

const tsc = 'node_modules/typescript/bin/tsc';
const steps = [
  { name: 'install', command: 'npm', args: ['install', '--prefer-offline', '--no-audit', '--no-fund'] },
  { name: 'JavaScript program', command: 'node', args: ['program.mjs'] },
  { name: 'types of the TypeScript program', command: 'node', args: [tsc, '-p', '.'] },
  {
    name: 'types of our declarations',
    command: 'node',
    args: [tsc, '-p', '.', '--noEmit', '--skipLibCheck', 'false'],
    passes: oursCompile,
  },
  { name: 'TypeScript program', command: 'node', args: ['out/program.js'] },
  { name: 'advml --help', command: 'npx', args: ['--no', 'advml', '--help'] },
  { name: 'advml doctor', command: 'npx', args: ['--no', 'advml', 'doctor'] },
];

/** The stranger's package.json: every public package as a tarball, and the compiler that the repository pins. */
function stranger(tarballs) {
  const { devDependencies } = readManifest(root);
  const outside = ['@tensorflow/tfjs-core', '@types/node', 'typescript'];
  return {
    name: 'stranger',
    private: true,
    type: 'module',
    dependencies: {
      ...Object.fromEntries(outside.map((name) => [name, devDependencies[name]])),
      ...Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`])),
    },
  };
}
