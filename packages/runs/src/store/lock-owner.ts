import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

const owner = z.strictObject({
  pid: z.int(),
  /** When the process began, in whatever the system counts by: another process of the same number began at another time. */
  began: z.string().nullable(),
  /** The machine since it was started, and the set of processes that are numbered together; null where the system has no name for it. */
  system: z.string().nullable(),
  host: z.string(),
  /** When the lock was taken. */
  since: z.string(),
});

/** Who holds a lock: a process, told from others of the same number by when and where it began. */
export type LockOwner = z.infer<typeof owner>;

/** Checks what was read from a file. */
export const lockOwnerOf = (value: unknown): LockOwner => owner.parse(value);

/** What works where the system tells by files of /proc, as Linux does; null elsewhere. */
const orNull = (reading: Promise<string>): Promise<string | null> => reading.catch(() => null);

/** When a process began; null if the system does not tell, undefined if the process is over. */
async function beginningOf(pid: number): Promise<string | null | undefined> {
  const stat = await orNull(readFile(`/proc/${pid}/stat`, 'utf8'));
  if (stat === null) return isThere(pid) ? null : undefined;
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 'ZX'.includes(state) ? undefined : fields[18]; // field 22 of proc_pid_stat(5), in clock ticks since the machine began
}

/** Whether there is a process of a number. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it is somebody else's
  }
}

async function systemHere(): Promise<string | null> {
  const boot = await orNull(readFile('/proc/sys/kernel/random/boot_id', 'utf8'));
  const numbers = await orNull(readlink('/proc/self/ns/pid'));
  return boot && `${boot.trim()} ${numbers}`;
}

/** This process as an owner. */
export async function thisProcess(): Promise<LockOwner> {
  return {
    pid: process.pid,
    began: (await beginningOf(process.pid)) ?? null,
    system: await systemHere(),
    host: hostname(),
    since: new Date().toISOString(),
  };
}

/**
 * Whether an owner may still be at work. One on another machine may, since nothing here can tell.
 *
 * @param one - Who holds a lock.
 * @returns False if its process is over, or its machine was started anew.
 */
export async function mayBeAlive({ pid, began, system, host }: LockOwner): Promise<boolean> {
  const here = await systemHere();
  if (system === here && (system !== null || host === hostname())) {
    const now = await beginningOf(pid);
    return now !== undefined && (now === null || began === null || now === began); // null: the system does not tell
  }
  const bootOf = (name: string | null) => name?.split(' ')[0];
  return host !== hostname() || bootOf(system) === bootOf(here); // another machine, or another container of this one
}
