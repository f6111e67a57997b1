import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputError } from '@advml/core';
import { codeOf } from './disk-errors.ts';
import { type LockOwner, lockOwnerOf, mayBeAlive, thisProcess } from './lock-owner.ts';
import { makeFolder } from './make-folder.ts';
import { seal, unseal } from './sealed.ts';
import { temporaryOf } from './temporary.ts';

/** Another program works where a lock was asked for. */
export class InUseError extends InputError {}

/** Who wants a lock, and who of the others counts. */
export interface LockParty {
  /** This party. */
  readonly me: LockOwner;
  /** Whether another one may be at work. */
  readonly mayBeAlive: (owner: LockOwner) => Promise<boolean>;
}

const OWNER = 'owner.json';

/** A name beside a lock that no other taker has. */
const nameBeside = (path: string, { pid }: LockOwner): string => temporaryOf(`${path}-${randomUUID()}`, pid);

/** Who holds a lock; undefined if nobody does. */
async function ownerOf(path: string): Promise<LockOwner | undefined> {
  try {
    return lockOwnerOf(unseal(await readFile(join(path, OWNER), 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unusable(path, error);
  }
}

const unusable = (path: string, cause?: unknown): InputError =>
  new InputError(`${path} is no lock; if no program works in its folder, delete it`, { cause });

/** What renaming or writing says where there is a lock, or where its next owner has cleared away what others had begun. */
const OTHERS = ['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOENT', 'ENOTDIR'];

/** Puts a lock in its place, whole and only if there is none: a folder with something in it is not replaced by renaming. */
async function place(path: string, me: LockOwner): Promise<boolean> {
  const folder = nameBeside(path, me);
  await makeFolder(folder);
  try {
    await writeFile(join(folder, OWNER), seal(me));
    await rename(folder, path);
    return true;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (OTHERS.includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

/** Takes a lock away, in one step. */
async function remove(path: string, me: LockOwner): Promise<void> {
  const folder = nameBeside(path, me);
  await rename(path, folder);
  await rm(folder, { recursive: true, force: true });
}

/**
 * Takes a lock, from nobody or from a dead owner. Whoever removes a dead owner's lock holds another lock meanwhile, named by
 * the dead owner. Otherwise two could do it one after the other, and the second would remove the lock of the first.
 *
 * @returns The owner that may be at work, if there is one.
 */
async function take(path: string, party: LockParty): Promise<LockOwner | undefined> {
  for (let tries = 0; tries < 100; tries++) {
    if (await place(path, party.me)) return undefined;
    const owner = await ownerOf(path);
    if (!owner) continue;
    if (await party.mayBeAlive(owner)) return owner;
    const removal = `${path}.${owner.pid}-${Date.parse(owner.since)}`;
    const remover = await take(removal, party);
    if (remover) return remover;
    const still = await ownerOf(path);
    if (still && seal(still) === seal(owner)) await remove(path, party.me);
    await remove(removal, party.me);
  }
  throw unusable(path);
}

/**
 * Takes a lock on the disk, a folder that names its owner. A lock whose owner was killed is taken over; nothing must be kept alive
 * meanwhile, as by libraries whose locks expire, since this program may not come to it for a minute of computing.
 *
 * @param path - Place of the lock; folders on the way are made.
 * @param party - Who asks. Default: this process.
 * @returns A function that gives it back.
 * @throws InUseError that names the owner if it is taken.
 */
export async function folderLock(path: string, party?: LockParty): Promise<() => Promise<void>> {
  const own = party ?? { me: await thisProcess(), mayBeAlive };
  const owner = await take(path, own);
  if (!owner) return () => remove(path, own.me);
  const { pid, host, since } = owner;
  throw new InUseError(
    `${dirname(path)} is in use by process ${pid} on ${host} since ${since}; wait for it or stop it (if there is no such process, delete ${path})`,
  );
}
