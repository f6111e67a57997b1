import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeTfRecord } from '@advml/formats';
import { diskStore } from '@advml/runs/disk';
import { fileEvent, scalarEvent } from './event.ts';
import { type ExportedRun, exportedRuns, numbersOf } from './exported-runs.ts';

/** The event file of a run. Logs have no times, so every event has that at which the run began. */
function eventFile(run: ExportedRun): Uint8Array {
  const time = Date.parse(run.record.started) / 1000;
  const scalars = numbersOf(run).map(({ key, step, value }) => scalarEvent(time, step, key, value));
  return new Uint8Array(Buffer.concat([fileEvent(time), ...scalars].map(encodeTfRecord)));
}

/**
 * Writes the runs in a folder as event files of TensorBoard: a folder for each, with the same path, and one file in it, which another
 * call writes anew.
 *
 * @param folder - The folder with the runs.
 * @param out - Where the event files are to be.
 * @returns How many runs were written.
 * @throws InputError if there is no run, or a file is damaged or cannot be written.
 */
export async function exportToTensorboard(folder: string, out: string): Promise<number> {
  let count = 0;
  for await (const run of exportedRuns(folder)) {
    const began = Math.floor(Date.parse(run.record.started) / 1000);
    const [place, file] = [join(out, run.name), `events.out.tfevents.${began}.advml`];
    const store = diskStore(place);
    await store.write(file, eventFile(run));
    for (const other of await readdir(place)) // of a run that was made anew since
      if (other !== file && /^events\.out\.tfevents\.\d+\.advml$/.test(other)) await store.remove(other);
    count += 1;
  }
  return count;
}
