import { InputError } from '@advml/core';
import { resumeRun } from '@advml/experiments';
import { diskStore } from '@advml/experiments/disk';
import { type Command, readArgs } from '../command.ts';
import { showWork } from '../work.ts';

const OPTIONS = { workers: { type: 'string' }, json: { type: 'boolean' }, strict: { type: 'boolean' } } as const;

const HELP = `Goes on with a run that was stopped or killed; it ends in the same numbers and weights, bit for bit.

Usage: advml resume DIR [options]

Options:
  --workers N   worker threads, which change the time and nothing else: 2 unless told
                (1 on one processor); 1 works in the main thread
  --json        events and results as lines of JSON on standard output
  --strict      exit code 1 where a claim does not hold

Examples:
  advml resume runs/paper-20260101-120000
  advml resume runs/paper-20260101-120000 --workers 1
`;

/**
 * The one folder that a command line names.
 *
 * @param name - The command.
 * @param words - Its words that are no options.
 * @returns The folder.
 * @throws InputError if there is none or more than one.
 */
export function oneFolder(name: string, words: readonly string[]): string {
  if (words.length === 1) return words[0];
  throw new InputError(
    `${name} takes the folder of one run, such as 'advml ${name} runs/mine', got ${words.length} words`,
  );
}

/** `advml resume`: goes on with a run. */
export const resume: Command = {
  name: 'resume',
  summary: 'go on with a run that was stopped',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    const store = diskStore(oneFolder('resume', positionals));
    return showWork(terminal, store, values, (options) => resumeRun(store, options));
  },
};
