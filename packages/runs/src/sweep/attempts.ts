import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, explained } from '../store/disk-errors.ts';
import { diskStore } from '../store/disk-store.ts';
import { makeFolder } from '../store/make-folder.ts';
import { readRunRecord } from '../store/run-record.ts';
import { folderOf, locked } from '../store/store.ts';
import type { SweepContext, SweepEngine, SweepJob } from './engine.ts';
import { whenFree } from './perform.ts';
import type { PlannedRun } from './plan.ts';
import { ERROR, isFinished } from './run-folder.ts';

/** Folder of what is not finished, in that of the sweep: a folder for each run, and in it one for each attempt. */
export const ATTEMPTS = 'sweep.attempts';

/** A name that no other attempt has; those that begin later stand later in the alphabet. */
const nameOfAttempt = (): string => `${Date.now()}-${randomUUID()}`;

/** What is no part of a run: half a file, locks, whose owner is another, and the error of a former try. */
const isLeft = (name: string): boolean => /\.tmp$/.test(name) || name.startsWith('run.lock') || name === ERROR;

/** What is missing may have been taken away meanwhile, by the attempt that is copied or by one that has come to the end. */
const unlessGone = (error: unknown): void => {
  if (codeOf(error) !== 'ENOENT') throw error;
};

/**
 * Copies the files of a run that may be at work. Each is as it was at some moment, since files of a run are replaced as a whole; which of
 * them are there says which stages need not be made again.
 */
async function copyRun(from: string, to: string): Promise<void> {
  await makeFolder(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (isLeft(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    await (entry.isDirectory() ? copyRun(source, target) : copyFile(source, target)).catch(unlessGone);
  }
}

/** Makes the folder of a new attempt, with what the latest one has left. */
async function beginAttempt(folder: string, name: string): Promise<string> {
  const all = join(folder, ATTEMPTS, name);
  await makeFolder(all);
  const before = (await readdir(all)).filter((other) => !isLeft(other) && existsSync(join(all, other, 'run.json')));
  const latest = before.sort().at(-1);
  const own = nameOfAttempt();
  const unfinished = join(all, `${own}.tmp`);
  await (latest === undefined ? mkdir(unfinished) : copyRun(join(all, latest), unfinished));
  await rename(unfinished, join(all, own)); // half a copy is never gone on with
  return `${ATTEMPTS}/${name}/${own}`;
}

/**
 * Carries out a run in a folder of its own, a copy of what the latest attempt has left, and puts that into its place by one renaming.
 * So as many as want may be at work on a run at a time, such as one that was held up for so long that it was given up: none writes where
 * another does. The first that is finished wins, and the others, which have the same bits, are thrown away.
 *
 * @param folder - Folder of the sweep.
 * @param run - Which of its runs.
 * @param engine - Carries it out, and does not compute in this thread.
 * @param context - Who listens.
 * @throws What the engine threw, unless another attempt is finished.
 * @example
 * ```ts
 * const { runs } = await readSweep('runs/window');
 * await performAttempt('runs/window', runs[0], engine, { onEvent: console.log });
 * ```
 */
export async function performAttempt(
  folder: string,
  run: PlannedRun,
  engine: SweepEngine,
  context: SweepContext,
): Promise<void> {
  const { id, name } = run;
  if (await isFinished(folder, run)) return;
  const attempts = join(folder, ATTEMPTS, name);
  try {
    const place = await explained(`write ${attempts}`, () => beginAttempt(folder, name));
    await engine.perform({ folder, id, place } satisfies SweepJob, context);
    await explained(`write ${join(folder, name)}`, () => rename(join(folder, place), join(folder, name)));
  } catch (error) {
    if (!(await isFinished(folder, run))) throw error; // else another was first, and this one is not needed
  }
  await rm(attempts, { recursive: true, force: true }).catch(() => {}); // one that still works there writes on; it does no harm
}

/**
 * Clears the place of a run that is not finished: what a sweep on one machine has begun, or the error of a former try, becomes an attempt. A
 * run that was finished meanwhile stays: nothing is put where something is, so what is seen here to be unfinished cannot become another.
 *
 * @param folder - Folder of the sweep, whose lock the caller has.
 * @param run - The run.
 * @param context - Who is told where another program is still at work there.
 * @throws InputError if another run is there.
 * @example
 * ```ts
 * const { runs } = await readSweep('runs/window');
 * await clearPlace('runs/window', runs[0], { onEvent: console.log });
 * ```
 */
export async function clearPlace(folder: string, run: PlannedRun, context: SweepContext): Promise<void> {
  const place = join(folder, run.name);
  const isEmpty = async () => (await readdir(place).catch(() => [])).length === 0; // or missing
  if ((await isEmpty()) || (await isFinished(folder, run))) return;
  const store = folderOf(diskStore(folder), run.name);
  if (await readRunRecord(store)) await whenFree(context, () => locked(store, async () => {}));
  const attempts = join(folder, ATTEMPTS, run.name);
  await explained(`write ${attempts}`, async () => {
    await makeFolder(attempts);
    await rename(place, join(attempts, nameOfAttempt()));
  });
}
