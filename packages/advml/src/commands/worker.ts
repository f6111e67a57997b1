import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InputError } from '@advml/core';
import { childProcesses, readSweep, type SweepEvent } from '@advml/runs/disk';
import { type Command, readArgs, readInteger, readPath } from '../command.ts';
import { environment } from '../environment.ts';
import { interruptible } from '../interrupt.ts';
import { queueAddress } from '../queue/address.ts';
import { connection, stopped } from '../queue/connection.ts';
import { experimentsHere } from '../queue/experiments-here.ts';
import { requireMachine } from '../queue/machine.ts';
import { type Meeting, readMeeting } from '../queue/meeting.ts';
import { workOnQueue } from '../queue/queue-worker.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { workerListener } from '../terminal/worker-listener.ts';

const OPTIONS = {
  queue: { type: 'string' },
  out: { type: 'string' },
  workers: { type: 'string' },
  lock: { type: 'string' },
  trust: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const HELP = `Carries out runs of a sweep that is on a queue, until the sweep has ended. Start it on as many machines as you like.

Usage: advml worker [FILE.mjs ...] --queue URL --out DIR [options]

The sweep is started by 'advml sweep ... --queue URL --out DIR', before or after the workers.

Options:
  --queue URL    redis://host:6379, or rediss:// for TLS, with user and password where the server wants them. Default: what the
                 environment has as ADVML_QUEUE, where no list of processes shows it
  --out DIR      folder of the sweep, as this machine sees it: all machines share it, as by NFS
  --workers N    runs at a time. Default: the number of cores
  --lock N       seconds after which a run whose worker is not heard of is given to another, from 1 on. Default: 90
  FILE.mjs       the files of the sweep's experiments that are your own, which are code that runs with all your rights
  --trust        loads the files that the folder names
  --json         events as lines of JSON on standard output

Each run is made by a process of its own, in a folder of its own, and put into its place when it is finished. Ctrl-C stops after the
steps at hand and gives the runs back; they are gone on with elsewhere. A worker whose version, experiment or kind of machine is another
than that of the sweep is refused; 'advml sweep --allow-mixed' lets machines differ.

Examples:
  ADVML_QUEUE=rediss://:PASSWORD@queue.example.org:6379 advml worker --out /shared/runs/window
  advml worker ./my-experiment.mjs --queue redis://localhost:6379 --out runs/my-sweep --workers 4
`;

/** The number of milliseconds between two looks for a sweep that has not begun yet. */
const LOOK = 500;

/** Waits until there is a sweep on a queue in a folder. */
async function meetingIn(folder: string, terminal: Terminal, signal: AbortSignal): Promise<Meeting> {
  for (let told = false; !signal.aborted; told = true) {
    const meeting = existsSync(join(folder, 'sweep.json')) ? await readMeeting(folder) : undefined;
    if (meeting) return meeting;
    if (!told) terminal.note(`waiting for a sweep in ${folder}`);
    await setTimeout(LOOK, undefined, { signal }).catch(() => {});
  }
  throw stopped();
}

/** `advml worker`: carries out runs of a sweep that is on a queue. */
export const worker: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, OPTIONS);
    const address = queueAddress(values.queue);
    if (!address)
      throw new InputError('worker takes --queue, such as redis://localhost:6379, or ADVML_QUEUE in the environment');
    if (values.out === undefined) throw new InputError('worker takes --out, the folder of the sweep');
    const folder = readPath('out', values.out, 'runs/sweep');
    const workers = readInteger('workers', values.workers ?? String(availableParallelism()), 1);
    const lock = readInteger('lock', values.lock ?? '90', 1);
    const onTrouble = (message: string) => terminal.note(message);
    const onEvent = values.json
      ? (event: SweepEvent) => terminal.out(`${JSON.stringify(event)}\n`)
      : workerListener(terminal);
    await interruptible(terminal, async (signal) => {
      const meeting = await meetingIn(folder, terminal, signal);
      requireMachine(folder, meeting.machine, environment());
      const experiments = await experimentsHere(await readSweep(folder), positionals, values.trust ?? false);
      const connected = await connection(address);
      const engine = childProcesses({ workers, experiments, environment: environment() });
      terminal.note(`${workers} runs at a time of the sweep in ${folder}, from the queue at ${address.shown}`);
      const { queue: name } = meeting;
      try {
        await workOnQueue(connected, { address, name, folder, engine, lock, onEvent, onTrouble, signal });
      } finally {
        await engine.close();
      }
    });
    terminal.note(`the sweep in ${folder} has ended`);
    return 0;
  },
};
