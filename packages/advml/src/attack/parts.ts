import { InputError } from '@advml/core';
import { decodeCheckedLines, encodeCheckedLine, FormatError } from '@advml/formats';
import type { RunStore } from '@advml/runs';
import type { KeptPart } from './attack-bench.ts';

const FILE = 'parts.jsonl';
const LOCK = 'parts.lock';

/** The parts of an evaluation as they are kept, so that it can be stopped at any moment and gone on with. */
export interface KeptParts {
  /** What was kept before. */
  readonly done: readonly KeptPart[];
  /**
   * Keeps one more; parts are written in the order they are given.
   *
   * @throws What an earlier part could not be written for.
   */
  keep(part: KeptPart): void;
  /** Waits until all are written. */
  settled(): Promise<void>;
  /** Leaves the folder to others. */
  release(): Promise<void>;
}

/** What was kept in a folder, and its checksum; a last line torn by a kill is removed. */
async function partsIn(store: RunStore) {
  const text = new TextDecoder().decode(await store.read(FILE));
  try {
    const { records, checksum, torn } = decodeCheckedLines(text);
    if (torn) await store.write(FILE, text.slice(0, torn.start));
    return { done: records as readonly KeptPart[], checksum };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new InputError(`${store.location}/${FILE} is damaged (${error.message}); remove the file and start again`, {
      cause: error,
    });
  }
}

/**
 * Opens the parts in a folder.
 *
 * @param store - The folder; it is made, so that one that cannot be written is refused before any work.
 * @returns What is there, and a way to add to it.
 * @throws InputError if the file is damaged, the folder cannot be written, holds a run, or another program works in it.
 */
export async function keptParts(store: RunStore): Promise<KeptParts> {
  if ((await store.read('run.json')) !== undefined)
    throw new InputError(`${store.location} holds a run; choose another folder for --out, such as attacks/mine`);
  const release = await store.lock(LOCK);
  const kept = await partsIn(store).catch(async (error) => {
    await release();
    throw error;
  });
  await store.append(FILE, '');
  let before = kept.checksum;
  let written = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  return {
    done: kept.done,
    keep: (part) => {
      if (failure) throw failure.error;
      const { text, checksum } = encodeCheckedLine(part, before);
      before = checksum;
      written = written
        .then(() => store.append(FILE, text))
        .catch((error) => {
          failure ??= { error };
        });
    },
    settled: async () => {
      await written;
      if (failure) throw failure.error;
    },
    release,
  };
}
