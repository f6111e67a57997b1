import { cpus, totalmem } from 'node:os';
import { InputError } from '@advml/core';
import { useWasm, type WasmStatus } from '@advml/wasm';
import { grad, matMul, ones, square, sum, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type Command, readArgs } from '../command.ts';
import { versions } from '../environment.ts';

const OPTIONS = { json: { type: 'boolean' } } as const;

const HELP = `Says what this machine and this installation can do: versions, backend, a check of gradients, a speed.

Usage: advml doctor [--json]

Exit code 0 if the backend works, 1 if not.

Example:
  advml doctor
`;

/** Size of the product whose speed is measured, and for how long, in milliseconds. */
const SIZE = 512;
const DURATION = 1000;

/** Whether the gradient of the sum of squares is twice the input. */
function gradientsWork(): boolean {
  const values = tidy(() => grad((x) => sum(square(x)))(tensor1d([1, -2, 3])).dataSync());
  return values.join() === '2,-4,6';
}

/** Speed of a product with a transposed factor, in 10^9 multiplications and additions a second. */
function productSpeed(): number {
  const start = performance.now();
  let products = 0;
  for (; performance.now() - start < DURATION; products++) {
    tidy(() => matMul(ones([SIZE, SIZE]), ones([SIZE, SIZE]), false, true).dataSync());
  }
  return (products * 2 * SIZE ** 3) / ((performance.now() - start) * 1e6);
}

function facts(status: WasmStatus): Readonly<Record<string, string | number | boolean>> {
  return {
    ...versions(),
    backend: status.backend,
    simd: status.simd,
    'relaxed simd': status.compute.relaxed,
    threads: status.threads,
    kernels: status.compute.reason === undefined ? status.compute.kernels : `composed: ${status.compute.reason}`,
    'two-layer kernel': status.fused,
    'gradients registered': status.gradients.length,
    'kernels added or replaced': status.kernels.length,
    'gradient check': gradientsWork() ? 'ok' : 'failed',
    'product, 10^9 operations a second': Number(productSpeed().toPrecision(3)),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    'memory (GiB)': Number((totalmem() / 2 ** 30).toPrecision(3)),
  };
}

/** `advml doctor`: looks at the installation. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'check the installation: versions, backend, gradients, speed',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    if (positionals.length > 0) throw new InputError(`doctor takes options only, got '${positionals.join(' ')}'`);
    const found = facts(await useWasm());
    if (values.json) terminal.out(`${JSON.stringify(found)}\n`);
    else for (const [name, value] of Object.entries(found)) terminal.out(`${name.padEnd(34)} ${value}\n`);
    return found['gradient check'] === 'ok' ? 0 : 1;
  },
};
