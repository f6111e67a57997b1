// Compiles `assembly/index.ts` for two kinds of processors, and writes down in TypeScript what it offers.
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { signatures } from './signatures.mjs';

const baseDir = fileURLToPath(new URL('../assembly', import.meta.url));

// No static data, heap or stack of its own: it lives on the heap of another module, given when it starts.
const options = '-O3 --noAssert --runtime stub --use abort= --importMemory --initialMemory 0 --enable simd'.split(' ');

/**
 * Compiles the kernels.
 *
 * @param {boolean} relaxed Whether to multiply and add in one instruction, which needs relaxed SIMD.
 * @returns {Promise<Uint8Array>} The module.
 */
export async function compileKernels(relaxed) {
  const files = new Map();
  const variant = relaxed ? ['--enable', 'relaxed-simd'] : [];
  const args = ['index.ts', '--baseDir', baseDir, '--outFile', 'kernels.wasm', ...options, ...variant];
  const { error, stderr } = await asc.main(args, { writeFile: (name, contents) => files.set(name, contents) });
  const binary = files.get('kernels.wasm');
  if (error || binary === undefined) throw new Error(`the kernels do not compile:\n${stderr}`, { cause: error });
  return binary;
}

/**
 * What `src/generated` holds.
 *
 * @returns {Promise<Record<string, string>>} TypeScript, by the name of its file.
 */
export async function generated() {
  return { 'binaries.ts': await binariesAsSource(), 'native-exports.ts': exportsAsSource() };
}

const BANNER = '// Made from assembly/*.ts by scripts/build-assembly.mjs; a test compares. Do not edit.';

/** Characters of one module that stand beside those of the other: gzip finds what they share within 32 kB. */
const SLICE = 8192;

/** The two modules as a source file. */
async function binariesAsSource() {
  const [plain, relaxed] = await Promise.all([false, true].map(base64Kernels));
  const slices = [];
  for (let at = 0; at < Math.max(plain.length, relaxed.length); at += SLICE)
    slices.push(`  [\n    '${plain.slice(at, at + SLICE)}',\n    '${relaxed.slice(at, at + SLICE)}',\n  ],\n`);
  return `${BANNER}

/** Slices of both modules in base64, side by side: so they are smaller in a page that is compressed. */
const slices = [
${slices.join('')}] as const;

/** Module for SIMD, in base64. */
export const plainKernels: string = slices.map(([plain]) => plain).join('');

/** Module for relaxed SIMD, which multiplies and adds in one instruction, in base64. */
export const relaxedKernels: string = slices.map(([, relaxed]) => relaxed).join('');
`;
}

const base64Kernels = async (relaxed) => Buffer.from(await compileKernels(relaxed)).toString('base64');

/** The signatures of what the modules offer as a source file. */
function exportsAsSource() {
  const lines = signatures(new URL('../assembly/', import.meta.url)).map((line) => `  ${line}\n`);
  return `${BANNER}

/** What the native module offers; see \`assembly/*.ts\`. Addresses are in bytes, strides and lengths in numbers. */
export interface NativeExports {
${lines.join('')}}
`;
}
