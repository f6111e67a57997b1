import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { version_core } from '@tensorflow/tfjs-core';

/**
 * Versions of this program and of what it stands on.
 *
 * @returns Version by name.
 */
export function versions(): { readonly advml: string; readonly node: string; readonly tfjs: string } {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return { advml: manifest.version, node: process.versions.node, tfjs: version_core };
}

/**
 * What a result names besides its seed: versions, backend, machine.
 *
 * @param backend - The backend in use, such as `wasm`; left out where others will add theirs.
 * @returns Words for `run.json`.
 */
export function environment(backend?: string): Readonly<Record<string, string>> {
  const processor = cpus()[0]?.model.trim() ?? 'unknown';
  return { ...versions(), ...(backend && { backend }), platform: `${process.platform} ${process.arch}`, processor };
}
