import { cpus, totalmem } from 'node:os';
import { InputError } from '@advml/core';
import { measureSpeed, type Speed, useWasm, type WasmStatus } from '@advml/wasm';
import { grad, square, sum, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { type Command, readArgs } from '../command.ts';
import { versions } from '../environment.ts';

const OPTIONS = { json: { type: 'boolean' } } as const;

const HELP = `Says what this machine and this installation can do: versions, backend, checks of kernels and gradients, and for a
second the speed of products beside the most that this processor can do four numbers at a time.

Usage: advml doctor [--json]

Exit code 0 if the backend works, 1 if not.

Example:
  advml doctor
`;

/** Whether the gradient of the sum of squares is twice the input. */
function gradientsWork(): boolean {
  const values = tidy(() => grad((x) => sum(square(x)))(tensor1d([1, -2, 3])).dataSync());
  return values.join() === '2,-4,6';
}

const threeDigits = (value: number) => Number(value.toPrecision(3));

/** In 10^9 operations a second: a product, the peak of this processor, and how much of it the product has. */
function speeds({ product, peak }: Speed): Readonly<Record<string, string | number>> {
  const unknown = 'unknown: the native module is not at work';
  return {
    'product, 10^9 operations a second': threeDigits(product),
    '128-bit peak, 10^9 operations a second': peak === undefined ? unknown : threeDigits(peak),
    'share of the peak': peak === undefined ? unknown : threeDigits(product / peak),
  };
}

function facts(status: WasmStatus, speed: Speed): Readonly<Record<string, string | number | boolean>> {
  return {
    ...versions(),
    backend: status.backend,
    simd: status.simd,
    'relaxed simd': status.compute.relaxed,
    threads: status.threads,
    kernels: status.compute.kernels,
    'self-test': status.compute.reason ?? 'ok',
    'two-layer kernel': status.fused,
    'gradients registered': status.gradients.length,
    'kernels added or replaced': status.kernels.length,
    'gradient check': gradientsWork() ? 'ok' : 'failed',
    ...speeds(speed),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    'memory (GiB)': threeDigits(totalmem() / 2 ** 30),
  };
}

/** `advml doctor`: looks at the installation. */
export const doctor: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    if (positionals.length > 0) throw new InputError(`doctor takes options only, got '${positionals.join(' ')}'`);
    const found = facts(await useWasm(), await measureSpeed());
    if (values.json) terminal.out(`${JSON.stringify(found)}\n`);
    else for (const [name, value] of Object.entries(found)) terminal.out(`${name.padEnd(40)} ${value}\n`);
    return found['gradient check'] === 'ok' ? 0 : 1;
  },
};
