// PyTorch in a process of its own: a program of bench/peers that is asked for one measurement at a time, or runs
// once to its end.
import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { env as inherited } from 'node:process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { number } from './document.mjs';
import { sum } from './measured.mjs';

// What a shell sets for another machine's processor would slow it down.
const { OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE, PYTHON, ...others } = inherited;
const candidates = PYTHON ? [PYTHON] : ['python3', '/usr/bin/python3'];
const python = candidates.find(
  (command) => spawnSync(command, ['-c', 'import torch'], { env: others, stdio: 'ignore' }).status === 0,
);

/**
 * Starts a Python program of bench/peers; its standard error is ours.
 *
 * @param name - The program, without `.py`.
 * @param threads - Threads that it may use.
 * @param args - More arguments for the program.
 * @returns The process, with pipes for input and output; nothing, after a line that says so, if there is no PyTorch here.
 */
export function startPeer(name, threads, args = []) {
  if (python === undefined) {
    console.error(`PyTorch: left out, ${candidates.join(' and ')} cannot import torch (PYTHON names another)`);
    return undefined;
  }
  const script = fileURLToPath(new URL(`peers/${name}.py`, import.meta.url));
  const env = { ...others, OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` };
  return spawn(python, [script, `${threads}`, ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
}

/** How many threads to try where PyTorch's best counts. */
export const threadCounts = [1, 2].filter((threads) => threads <= availableParallelism());

/** Words for a peer's version. */
export const versionText = (version, threads) => `${version}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

/**
 * Starts a peer that answers as `serve.py` does.
 *
 * @param name - The program, without `.py`.
 * @param threads - Threads that it may use. Default: 1.
 * @param args - More arguments for the program.
 * @returns `peers(case, more)`, which gives a list of one peer for `measured` with the fields `more` added, or of none if
 * there is no PyTorch here; `result(case)`, a promise of the numbers that the case gives, or of nothing; and `end()`.
 */
export async function startTorch(name, threads = 1, args = []) {
  const child = startPeer(name, threads, args);
  if (child === undefined) return { peers: () => [], result: async () => undefined, end() {} };
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the PyTorch process has ended');
    return value;
  };
  const version = versionText(await next(), threads);
  const ask = async (line) => {
    child.stdin.write(`${line}\n`);
    return JSON.parse(await next());
  };
  return {
    peers: (work, more = {}) => [{ name: 'PyTorch', version, run: () => ask(work), ...more }],
    result: (work) => ask(`result ${work}`),
    end: () => child.stdin.end(),
  };
}

/**
 * Runs a peer that reads one value as JSON and writes another, once with each number of threads.
 *
 * @param name - The program, without `.py`; the `seconds` that it writes are the time of each phase by name.
 * @param input - What it reads.
 * @param progress - Told how long each run took.
 * @returns What the fastest run wrote, with the threads in its `version`; nothing if there is no PyTorch here.
 */
export async function bestRun(name, input, progress) {
  const total = ({ seconds }) => sum(Object.values(seconds));
  const results = [];
  for (const threads of threadCounts) {
    const child = startPeer(name, threads);
    if (child === undefined) return undefined;
    child.stdin.end(JSON.stringify(input));
    const answer = await text(child.stdout);
    if (answer === '') throw new Error(`the PyTorch program ${name}.py has failed`);
    const result = JSON.parse(answer);
    results.push({ ...result, version: versionText(result.version, threads) });
    progress(`PyTorch ${results.at(-1).version}: ${number(total(result))} s`);
  }
  return results.toSorted((a, b) => total(a) - total(b))[0];
}
