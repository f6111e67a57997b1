import type { Command } from './command.ts';
import { endOnBrokenPipe } from './terminal/broken-pipe.ts';
import { terminalOf } from './terminal/terminal.ts';

/** A command as the program lists it; its module, and all that it needs, is loaded when it is called. */
interface Listed {
  /** What it does, in a line. */
  readonly summary: string;
  /** Loads it. */
  load(): Promise<Command>;
}

const commands: Readonly<Record<string, Listed>> = {
  run: {
    summary: 'run an experiment: train, attack, purify, measure, report',
    load: async () => (await import('./commands/run.ts')).run,
  },
  resume: {
    summary: 'go on with a run that was stopped',
    load: async () => (await import('./commands/resume.ts')).resume,
  },
  report: {
    summary: 'print the claims of a finished run and write its report anew',
    load: async () => (await import('./commands/report.ts')).report,
  },
  sweep: {
    summary: 'run an experiment for every combination of values and seeds',
    load: async () => (await import('./commands/sweep.ts')).sweep,
  },
  worker: {
    summary: 'carry out runs of a sweep that is on a queue, on this machine',
    load: async () => (await import('./commands/worker.ts')).worker,
  },
  results: {
    summary: 'the table and figures of a sweep',
    load: async () => (await import('./commands/results.ts')).results,
  },
  serve: {
    summary: 'show runs and sweeps to a browser, live',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  export: {
    summary: 'give runs to TensorBoard or MLflow',
    load: async () => (await import('./commands/export.ts')).exportRuns,
  },
  attack: {
    summary: 'attack a model: accuracy, records, signs of a masked gradient',
    load: async () => (await import('./commands/attack.ts')).attack,
  },
  certify: {
    summary: 'prove of each example that no perturbation breaks it, or break it',
    load: async () => (await import('./commands/certify.ts')).certify,
  },
  data: {
    summary: 'write examples to attack with; find and check an image set',
    load: async () => (await import('./commands/data.ts')).data,
  },
  new: {
    summary: 'write an experiment of your own to start from',
    load: async () => (await import('./commands/new.ts')).newExperiment,
  },
  doctor: {
    summary: 'check the installation: versions, backend, gradients, speed',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
};

const HELP = `advml: adversarial machine learning, measured

Usage: advml COMMAND [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`)
  .join('\n')}

Options:
  --help     this text, or a command's: advml run --help
  --version  the version

Examples:
  advml run paper                 the paper's pipeline at its default setting
  advml run paper --preset smoke  the same in seconds, too small for its claims
  advml resume runs/mine          go on with a run that was stopped
`;

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
    const { versions } = await import('./environment.ts');
    terminal.out(`${versions().advml}\n`);
    return 0;
  }
  if (!Object.hasOwn(commands, name)) {
    terminal.error(`unknown command '${name}'; known: ${Object.keys(commands).join(', ')} (advml --help)`);
    return 2;
  }
  const command = await commands[name].load();
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
    const { tell } = await import('./terminal/tell.ts');
    return tell(error, terminal);
  } finally {
    clearInterval(alive);
    process.off('exit', early);
    terminal.close();
  }
}
