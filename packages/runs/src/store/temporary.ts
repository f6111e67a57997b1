/** Ending of what is not finished: that of nobody else's files. */
const ENDING = '.advml.tmp';

/**
 * A name for what is being made, until it takes its place by one renaming.
 *
 * @param path - The place.
 * @param pid - The process that makes it.
 * @returns A path beside the place.
 */
export const temporaryOf = (path: string, pid: number): string => `${path}.${pid}${ENDING}`;

/** Whether a name is one of {@link temporaryOf}: of what is not finished, or was left by a kill if its writer is dead. */
export const isTemporary = (name: string): boolean => name.endsWith(ENDING);
