import { AbortedError, InputError } from '@advml/core';
import { DivergedError, ExperimentError, FormatError } from '@advml/runs';
import type { Command } from './command.ts';
import { attack } from './commands/attack.ts';
import { certify } from './commands/certify.ts';
import { data } from './commands/data.ts';
import { doctor } from './commands/doctor.ts';
import { newExperiment } from './commands/new.ts';
import { report } from './commands/report.ts';
import { resume } from './commands/resume.ts';
import { run } from './commands/run.ts';
import { versions } from './environment.ts';
import { endOnBrokenPipe } from './terminal/broken-pipe.ts';
import { terminalOf } from './terminal/terminal.ts';

const commands: readonly Command[] = [run, resume, report, attack, certify, data, newExperiment, doctor];

const HELP = `advml: adversarial machine learning, measured

Usage: advml COMMAND [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`).join('\n')}

Options:
  --help     this text, or a command's: advml run --help
  --version  the version

Examples:
  advml run paper                 the paper's pipeline at its default setting
  advml run paper --preset smoke  the same in seconds, too small for its claims
  advml resume runs/mine          go on with a run that was stopped
`;

/** Errors that the user can mend: told in a line, without a stack. */
const isUsersToMend = (error: unknown): error is Error =>
  error instanceof InputError || error instanceof FormatError || error instanceof DivergedError;

/**
 * Runs the command line.
 *
 * @param args - The words after `advml`.
 * @returns The exit code: 0 done, 1 failed or (with --strict) a claim does not hold, 2 bad usage or input, 130 interrupted.
 * @example
 * ```ts
 * process.exitCode = await main(['doctor']);
 * ```
 */
export async function main(args: readonly string[]): Promise<number> {
  endOnBrokenPipe(process);
  const terminal = terminalOf(process);
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    terminal.out(`${versions().advml}\n`);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    terminal.error(
      `unknown command '${name}'; known: ${commands.map((known) => known.name).join(', ')} (advml --help)`,
    );
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(command.help);
    return 0;
  }
  const alive = setInterval(() => {}, 2 ** 30); // work that never settles waits for Ctrl-C, and does not end without a word
  const early = (code: number) => {
    if (code > 128) return; // a second Ctrl-C, or a pipe that nobody reads
    terminal.error('the program was ended in the middle of its work, by process.exit or the like');
    process.exitCode = 1;
  };
  process.on('exit', early);
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    if (error instanceof AbortedError) return 130;
    if (isUsersToMend(error)) {
      terminal.error(error.message);
      return 2;
    }
    if (error instanceof ExperimentError) {
      terminal.error(`${error.message}\n${(error.stack ?? '').split('\n').slice(1, 6).join('\n')}`);
      return 1;
    }
    // Told here, since the WASM backend's handler of uncaught errors would print its own source first.
    terminal.error(`this should not have happened: ${error instanceof Error ? error.stack : error}`);
    return 1;
  } finally {
    clearInterval(alive);
    process.off('exit', early);
    terminal.close();
  }
}
