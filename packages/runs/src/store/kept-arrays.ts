import { type DecodedSafetensors, decodeSafetensors, encodeSafetensors, type SafeTensors } from '@advml/formats';
import { readable } from './damage.ts';
import { fingerprintIn, requireOfRun } from './run-record.ts';
import type { RunStore } from './store.ts';

/** The key of a file's metadata that says in which run it was made. */
const RUN = 'run';

/**
 * Writes arrays with their checksum and the fingerprint of their run.
 *
 * @param store - The run's files.
 * @param file - Its name.
 * @param arrays - What to write.
 * @param metadata - Texts beside them.
 */
export async function writeArrays(
  store: RunStore,
  file: string,
  arrays: SafeTensors,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await store.write(file, encodeSafetensors(arrays, { ...metadata, [RUN]: await fingerprintIn(store) }));
}

/**
 * Reads what {@link writeArrays} wrote in the same run.
 *
 * @param store - The run's files.
 * @param file - Its name.
 * @param wayOut - What to do about a file that cannot be used.
 * @param read - Takes what is wanted out of it.
 * @returns What was read, or undefined if there is no such file.
 * @throws InputError if the file is damaged or of another run.
 */
export async function readArrays<T>(
  store: RunStore,
  file: string,
  wayOut: string,
  read: (content: DecodedSafetensors) => T,
): Promise<T | undefined> {
  const bytes = await store.read(file);
  if (bytes === undefined) return undefined;
  return readable(store, file, wayOut, async () => {
    const content = decodeSafetensors(bytes, { requireChecksum: true });
    await requireOfRun(store, content.metadata[RUN]);
    return read(content);
  });
}
