/**
 * A path as it stands in a command that a message names, so that it can be copied.
 *
 * @param path - The path.
 * @returns The path, in double quotes where it has spaces or other signs that a shell reads.
 */
export const inShell = (path: string): string =>
  /^[\p{L}\p{N}_./:=,@%+~-]+$/u.test(path) ? path : `"${path.replace(/(["$`\\])/g, '\\$1')}"`;

/**
 * The command that goes on with a run.
 *
 * @param folder - Its folder.
 * @param module - The module of its experiment, where it is none of those that ship.
 * @returns The command.
 */
export const resumeCommand = (folder: string, module?: { readonly path: string }): string =>
  ['advml resume', ...[folder, ...(module ? [module.path] : [])].map(inShell)].join(' ');
