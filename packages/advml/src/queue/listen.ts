import type { RunEvent } from '@advml/runs';
import { readSweep, type SweepEvent } from '@advml/runs/disk';
import type { QueueAddress } from './address.ts';
import { type Connection, troubleListener } from './connection.ts';
import { readMeeting } from './meeting.ts';

/** Who listens to the runs of a sweep. */
export interface QueueListener {
  /** Where the queue is. */
  readonly address: QueueAddress;
  /** Told what the runs tell. */
  readonly onEvent: (event: SweepEvent) => void;
  /** Told of trouble with the queue, which mends itself. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Listens to what the runs of a sweep tell on its queue.
 *
 * @param connected - BullMQ.
 * @param folder - Folder of the sweep.
 * @param listener - See {@link QueueListener}.
 * @returns A function that ends it.
 */
export async function listenToQueue(
  { bullmq, options }: Connection,
  folder: string,
  { address, onEvent, onTrouble }: QueueListener,
): Promise<() => Promise<void>> {
  const meeting = await readMeeting(folder);
  if (!meeting) return async () => {};
  const names = new Map((await readSweep(folder)).runs.map(({ id, name }) => [id, name]));
  const events = new bullmq.QueueEvents(meeting.queue, options);
  events.on('error', troubleListener(onTrouble, address)).on('progress', ({ jobId, data }) => {
    const run = names.get(jobId);
    if (run === undefined || !Array.isArray(data)) return;
    for (const event of data as RunEvent[]) onEvent({ type: 'within', run, event });
  });
  return () => events.close();
}
