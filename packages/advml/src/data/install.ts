import { spawnSync } from 'node:child_process';
import { InputError } from '@advml/core';

/** The process that installs, as far as it matters here. */
export interface Installer {
  /** Whether it may install packages. */
  readonly root: boolean;
  /**
   * Runs a program, its output on standard error; gives the exit code, the name of the signal that ended it, or null if there is no such
   * program.
   */
  run(program: string, args: readonly string[]): number | string | null;
}

/** This process. */
export const thisProcess: Installer = {
  root: process.getuid?.() === 0,
  run: (program, args) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status, signal } = spawnSync(program, args, { stdio: ['ignore', 2, 2], env });
    return status ?? signal;
  },
};

/**
 * Installs a Debian package.
 *
 * @param name - What `apt-get install` takes.
 * @param installer - Who does it. Default: this process.
 * @throws InputError if this is not root, there is no apt-get, or it fails.
 */
export function installPackage(name: string, { root, run }: Installer = thisProcess): void {
  if (!root) throw new InputError(`only root can install ${name}: run 'apt-get install ${name}' as root`);
  const steps = [['update'], ['install', '--yes', '--no-install-recommends', name]];
  for (const args of steps) {
    const code = run('apt-get', args);
    if (code === null) throw new InputError(`cannot install ${name}: there is no apt-get, is this a Debian system?`);
    if (code !== 0)
      throw new InputError(
        `cannot install ${name}: apt-get ${args[0]} ended with ${typeof code === 'string' ? code : `code ${code}`}`,
      );
  }
}
