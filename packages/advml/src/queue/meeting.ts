import { randomUUID } from 'node:crypto';
import { InputError } from '@advml/core';
import { z } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';

/** Where those meet who work on one sweep, as a file in its folder says. */
export interface Meeting {
  /** Name of the queue: no other sweep has it. */
  readonly queue: string;
  /** Versions and machine of which all who work on it must be; null where they may differ. */
  readonly machine: Readonly<Record<string, string>> | null;
  /** Whether the sweep has come to its end, so that nobody need wait for more. */
  readonly ended: boolean;
}

const FILE = 'sweep.queue';

const form = z.strictObject({
  queue: z.string().regex(/^[\w-]+$/),
  machine: z.record(z.string(), z.string()).nullable(),
  ended: z.boolean(),
}) satisfies z.ZodType<Meeting>;

/**
 * The meeting of a sweep.
 *
 * @param folder - Folder of the sweep.
 * @returns It, or undefined where the sweep is on no queue.
 * @throws InputError if the file is damaged.
 */
export async function readMeeting(folder: string): Promise<Meeting | undefined> {
  const bytes = await diskStore(folder).read(FILE);
  if (!bytes) return undefined;
  try {
    return form.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new InputError(`${folder}/${FILE} is damaged; delete it and start the sweep again`, { cause });
  }
}

/**
 * Calls a meeting, on the queue of the last one if there was one, so that jobs that are there are found again.
 *
 * @param folder - Folder of the sweep.
 * @param machine - See {@link Meeting}.
 * @returns The meeting.
 */
export async function callMeeting(folder: string, machine: Meeting['machine']): Promise<Meeting> {
  const meeting = { queue: (await readMeeting(folder))?.queue ?? randomUUID(), machine, ended: false };
  await diskStore(folder).write(FILE, `${JSON.stringify(meeting)}\n`);
  return meeting;
}

/**
 * Says that the sweep has come to its end.
 *
 * @param folder - Folder of the sweep.
 * @param meeting - What was called.
 */
export async function endMeeting(folder: string, meeting: Meeting): Promise<void> {
  await diskStore(folder).write(FILE, `${JSON.stringify({ ...meeting, ended: true })}\n`);
}
