import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** How a command ended, and what it wrote. */
export interface Ended {
  /** Exit code; null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What {@link advml} may be told. */
export interface Options {
  /** Variables of the environment, beside those of the tests. */
  readonly env?: Record<string, string>;
  /** Where it is started. Default: where the tests are. */
  readonly cwd?: string;
  /** Told of every line on standard output as it comes. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
  /** Told that it was started. */
  readonly onStart?: (child: ChildProcess) => void;
}

const loader = new URL('../../../test/typescript.mjs', import.meta.url).href;
const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The command on sources; as it was built where the whole test says that it was, which starts in a third of the time. */
const program =
  process.env.ADVML_BUILT === undefined
    ? ['--conditions=@advml/source', `--import=${loader}`, pathOf('./program.ts')]
    : [pathOf('../bin/advml.js')];

/** Never called: what tells vitest that the tests which start the command change with it. */
export const sources = () => import('../src/index.ts');

/** Runs the command in a process of its own, as a shell would. */
export function advml(args: readonly string[], { env, cwd, onLine, onStart }: Options = {}): Promise<Ended> {
  const child = spawn(process.execPath, [...program, ...args], {
    cwd,
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  let [stdout, stderr, line] = ['', '', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const lines = (line + text).split('\n');
    line = lines.pop() as string;
    for (const each of lines) onLine?.(each, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'advml-command-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A run of a second or so, as a file of settings: every stage, nothing learned. */
export function tinySettings(folder: string): string {
  const file = join(folder, 'tiny.json');
  const setting = {
    data: { dimension: 32 },
    network: { neurons: 24 },
    clean: { steps: 60, batch: 16, warmup: 4, rate: 2 },
    adversarial: { steps: 150, batch: 12, warmup: 4, rate: 1 },
    evaluation: { examples: 24, steps: 5, restarts: 1, batch: 4, curveExamples: 4, curveSteps: 2 },
    overfitting: { examples: 6, steps: 2, fixedExamples: 20, widths: [0.5], decays: [] },
    path: { shares: [0.5], examples: 4 },
    checkpointEvery: 8,
  };
  writeFileSync(file, JSON.stringify(setting));
  return file;
}

/** What a run left, byte by byte, without what tells the time of day. */
export function leavings(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const kept = names.filter((name) => !/(run\.json|report\.html|\.tmp)$/.test(name));
  const files = kept.map((name) => [name, join(folder, name)]).filter(([, path]) => statSync(path).isFile());
  return Object.fromEntries(files.map(([name, path]) => [name, readFileSync(path).toString('base64')]));
}

/** `run.json` of a run, or undefined if there is none yet. */
export function recordOf(folder: string): { status: string; [key: string]: unknown } | undefined {
  const file = join(folder, 'run.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
