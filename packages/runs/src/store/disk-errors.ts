import { InputError } from '@advml/core';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space, then resume the run',
  EDQUOT: 'the disk quota is used up; free some space, then resume the run',
  EACCES: 'permission denied; choose a folder you may read and write',
  EPERM: 'permission denied; choose a folder you may read and write',
  EROFS: 'the file system is read-only; choose another folder',
  EISDIR: 'a folder is in its place; choose another folder',
  ENOTDIR: 'a part of the path is a file or a link that leads nowhere; choose another folder',
  EEXIST: 'a part of the path is a file or a link that leads nowhere; choose another folder',
  ENOENT:
    'no folder can be made there, since the disk is read-only or a part of the path is a link that leads nowhere; choose another folder',
  ELOOP: 'a part of the path is a link that leads back to itself; choose another folder',
  ENAMETOOLONG: 'a name in the path is too long; choose a shorter one',
};

/** The code of an error of the file system, if it is one. */
export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/**
 * Does one file operation; where the system refuses it, says what to do.
 *
 * @param doing - What is being done, such as `write runs/mine/run.json`.
 * @param work - Does it.
 * @returns What the work returns.
 * @throws InputError with the way out.
 */
export async function explained<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error; // no refusal of the system
    const code = codeOf(error) ?? '';
    throw new InputError(`cannot ${doing}: ${REMEDIES[code] ?? 'choose another folder'} (${code})`, { cause: error });
  }
}
