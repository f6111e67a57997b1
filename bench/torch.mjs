// PyTorch on one thread, in a process of its own that is asked for one measurement at a time.
import { spawn, spawnSync } from 'node:child_process';
import { env as inherited } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('peers/torch_peer.py', import.meta.url));
// What a shell sets for another machine's processor would slow it down.
const { OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE, PYTHON, ...others } = inherited;
const env = { ...others, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

const candidates = PYTHON ? [PYTHON] : ['python3', '/usr/bin/python3'];
const python = candidates.find(
  (command) => spawnSync(command, ['-c', 'import torch'], { env, stdio: 'ignore' }).status === 0,
);

/**
 * Starts the peer.
 *
 * @returns Version, `measure(case)` with the milliseconds of one run, and `end()`; nothing, after a line that says so, if there
 * is no PyTorch here.
 */
export async function startTorch() {
  if (python === undefined) {
    console.log(`PyTorch: left out, ${candidates.join(' and ')} cannot import torch (PYTHON names another)`);
    return undefined;
  }
  const child = spawn(python, [script], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the PyTorch process has ended');
    return value;
  };
  const version = await next();
  return {
    version,
    async measure(name) {
      child.stdin.write(`${name}\n`);
      return Number(await next());
    },
    end: () => child.stdin.end(),
  };
}
