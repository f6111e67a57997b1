import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { AbortedError } from '@advml/core';
import { received } from '@advml/runs/disk';
import type { Attacked, Parts } from './attack-bench.ts';
import type { Said, Start } from './messages.ts';
import type { AttackRequest } from './request.ts';
import type { Smoothed } from './smooth-bench.ts';

/** The program of the thread, beside this file: TypeScript where this is. */
const program = new URL(import.meta.url.replace(/in-thread\.(ts|js)$/, 'attack-worker.$1'));

/** The decoder of images is native: loaded here first, its libraries outlive the thread, which they must. */
async function holdDecoder({ source }: AttackRequest): Promise<void> {
  if (source.from !== 'files') return;
  const found = await stat(source.data).catch(() => undefined);
  if (found?.isDirectory()) await import('sharp');
}

/**
 * Attacks in a thread of its own, which a signal ends at once: what it has told `onPart` is kept, the slice in hand is lost.
 *
 * @param request - What to attack, and how.
 * @param parts - What is done, progress, signal and who is told.
 * @returns What came of it, and the backend of the thread.
 * @throws What the thread threw; AbortedError if the signal is aborted.
 */
export async function attackInThread(
  request: AttackRequest,
  { done, onPart, onNote, onProgress, signal }: Parts,
): Promise<{ readonly found: Attacked | Smoothed; readonly backend: string }> {
  await holdDecoder(request);
  const thread = new Worker(program, { workerData: { request, done } satisfies Start });
  try {
    return await new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new AbortedError('the attack was stopped')));
      thread.on('error', reject).on('exit', (code) => reject(new Error(`the thread ended with code ${code}`)));
      thread.on('message', (said: Said) => {
        try {
          if (said.type === 'note') onNote(said.note);
          else if (said.type === 'progress') onProgress?.(said.done, said.total);
          else if (said.type === 'part') onPart(said.part);
          else if (said.type === 'found') resolve(said);
          else reject(received(said.error));
        } catch (error) {
          reject(error);
        }
      });
    });
  } finally {
    await thread.terminate();
  }
}
