import { InputError } from '@advml/core';
import { resumeRun } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';
import { type Command, readArgs } from '../command.ts';
import { experimentOfRun } from '../experiment.ts';
import { showWork, type Work } from '../work.ts';

const OPTIONS = {
  workers: { type: 'string' },
  trust: { type: 'boolean' },
  changed: { type: 'boolean' },
  json: { type: 'boolean' },
  strict: { type: 'boolean' },
} as const;

const HELP = `Goes on with a run that was stopped or killed; it ends in the same numbers and weights, bit for bit.

Usage: advml resume DIR [MODULE] [options]

MODULE is the file or package of an experiment of your own, as 'advml run' was given it. It is code, which runs with all
your rights: a folder alone never makes it run.

Options:
  --workers N   worker threads, which change the time and nothing else. Default: 2
                (1 on one processor); 1 works in the main thread
  --trust       run the module that the folder itself names
  --changed     go on although the module has changed since the run began
  --json        events and results as lines of JSON on standard output
  --strict      exit code 1 where a claim does not hold

Examples:
  advml resume runs/paper-20260101-120000
  advml resume runs/paper-20260101-120000 --workers 1
  advml resume runs/mine ./my-experiment.mjs
`;

/**
 * The run that a command line names: its folder and, where it is of somebody's own, the module of its experiment.
 *
 * @param name - The command.
 * @param words - Its words that are no options.
 * @returns Folder and module.
 * @throws InputError if there is no folder, or more than a module beside it.
 */
export function runNamed(name: string, words: readonly string[]): { readonly folder: string; readonly path?: string } {
  const [folder, path, ...more] = words;
  if (folder !== undefined && more.length === 0) return { folder, path };
  throw new InputError(
    `${name} takes the folder of one run, such as 'advml ${name} runs/mine', and the module of its experiment where that is your own; got ${words.length} words`,
  );
}

/** `advml resume`: goes on with a run. */
export const resume: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    const { folder, path } = runNamed('resume', positionals);
    const store = diskStore(folder);
    const { experiment, url, module } = await experimentOfRun(store, { path, ...values });
    const work: Work = (options) => resumeRun(store, experiment, { ...options, module, mayChange: values.changed });
    return showWork(terminal, store, { url, module }, values, work);
  },
};
