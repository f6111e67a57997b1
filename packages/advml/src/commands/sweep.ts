import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { AbortedError, InputError } from '@advml/core';
import { parseValue, shortNumber } from '@advml/runs';
import {
  type ChildProcesses,
  childProcesses,
  type HalvingOutcome,
  isPath,
  parseSweep,
  placeText,
  planSweep,
  runHalving,
  runSweep,
  type SweepEvent,
  type SweepOutcome,
  type SweepRequest,
  type SweptExperiment,
  watchSweep,
} from '@advml/runs/disk';
import { type Command, readArgs, readInteger, readPath } from '../command.ts';
import { environment, versions } from '../environment.ts';
import { findExperiment } from '../experiment.ts';
import { interruptible } from '../interrupt.ts';
import { type QueueAddress, queueAddress } from '../queue/address.ts';
import { connection } from '../queue/connection.ts';
import { listenToQueue } from '../queue/listen.ts';
import { type QueueEngine, queueEngine } from '../queue/queue-engine.ts';
import { assignments, valuesIn } from '../sweep/assignments.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, searchRequest } from '../sweep/search-options.ts';
import { sweepListener } from '../terminal/sweep-listener.ts';
import type { Terminal } from '../terminal/terminal.ts';

const OPTIONS = {
  grid: { type: 'string', multiple: true },
  seeds: { type: 'string' },
  preset: { type: 'string' },
  claims: { type: 'string' },
  set: { type: 'string', multiple: true },
  ...SEARCH_OPTIONS,
  out: { type: 'string' },
  workers: { type: 'string' },
  queue: { type: 'string' },
  attempts: { type: 'string' },
  'allow-mixed': { type: 'boolean' },
  watch: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const HELP = `Runs an experiment once for every combination of values and every seed, as many runs at a time as there are cores.

Usage: advml sweep FILE.json [options]
       advml sweep EXPERIMENT [NAME] --grid KEY=V1,V2 [--grid ...] [--seeds N] [options]

FILE.json is a record of what the options say, which win over it:
  {
    "experiment": "paper",                 a name, the path of a file from this one, or a list
    "preset": "smoke",
    "set": { "evaluation.examples": 100 },
    "grid": {
      "tau": [0.2, 0.25],                  values of a setting
      "size": {                            or several settings at a time, by a name of your own
        "small": { "network.neurons": 192, "data.dimension": 96 },
        "large": { "network.neurons": 384 }
      }
    },
    "seeds": 3,
    "claims": ["C2", "C3"]
  }
EXPERIMENT and NAME are as in 'advml run'. A file with several experiments stands in FILE.json as "./FILE.mjs#NAME".

Options:
  --grid KEY=V1,V2  values of a setting; may be given again
  --seeds N         seeds 0 to N-1 of every combination. Default: 1
  --preset NAME     a preset of the experiment, for every run
  --claims LIST     the claims to measure, such as C2,C3, or all
  --set KEY=VALUE   a setting of every run; may be given again
  --out DIR         folder of the sweep. Default: runs/FILE, or runs/EXPERIMENT-sweep
  --workers N       processes, which change the time and nothing else. Default: the number of cores
  --json            events as lines of JSON on standard output
  --watch           shows a sweep that is under way, from its folder, and starts nothing

On many machines, which share the folder and run 'advml worker':
  --queue URL       redis://host:6379, or rediss:// for TLS, with user and password where the server wants them. Default: what
                    the environment has as ADVML_QUEUE, where no list of processes shows it; without either, this machine
  --attempts N      how often a run that fails is tried. Default: 3
  --allow-mixed     lets the machines differ in Node, tfjs, system and processor, so that last bits may; run.json has them

${SEARCH_HELP}
Each run is a folder in that of the sweep, named by its values, its seed and the first digits of its identity: a digest of
the complete setting, the experiment and the version. 'advml report', 'attack' and 'certify' work on it. Ctrl-C stops after
the steps at hand. The same command goes on with what is missing, and with what failed; values and seeds may be added. A
run that fails does not stop the others; error.txt in its folder says why, and the exit code is then 1.

'advml results DIR' makes a table and figures of all runs.

Examples:
  advml sweep paper --preset smoke --grid tau=0.2,0.25 --grid data.margin=0.3,0.5 --seeds 3 --out runs/try
  advml sweep examples/sweeps/window.json --workers 4
  advml sweep ./my-experiment.mjs --grid steps=100,200,400 --seeds 5
  advml sweep paper --preset smoke --sobol 32 --vary tau=0.1..0.3 --vary clean.rate=0.1..10:log
  advml sweep ./my-experiment.mjs --random 81 --vary rate=0.001..1:log --rungs steps=100,300,900 --metric C1
  advml sweep examples/sweeps/window.json --queue redis://localhost:6379 --out /shared/window
  advml sweep images-mlp --preset smoke --grid 'network.hidden=[32],[64,64]'
`;

async function readRequest(path: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    parseSweep(value); // refuses what is no sweep, before options are laid over it
    return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${path}: ${error.message}`);
    throw new InputError(`cannot read the sweep in ${path}: ${(error as Error).message}`);
  }
}

/** Finds the experiments; their paths are from the folder of the file that names them. */
function experimentsOf({ experiment }: SweepRequest, folder: string): Promise<readonly SweptExperiment[]> {
  return Promise.all(
    experiment.map((named) => {
      const [path, which] = named.split(/#(?=[\w-]+$)/);
      const isRelative = isPath(path) && !path.startsWith('file:');
      return findExperiment(isRelative ? resolve(folder, path) : path, which);
    }),
  );
}

/** What a command line asks for: a file of JSON with options over it, or options alone. */
async function requestOf(args: readonly string[]) {
  const { values, positionals } = readArgs(args, OPTIONS);
  const [named, which, ...more] = positionals;
  const isFile = named?.endsWith('.json') ?? false;
  if (named === undefined || more.length > 0 || (isFile && which !== undefined))
    throw new InputError(
      `sweep takes a file of JSON or an experiment, such as 'advml sweep paper --grid tau=0.1,0.2 --seeds 3', got '${positionals.join(' ')}'`,
    );
  const file = isFile ? await readRequest(named) : { experiment: which === undefined ? named : `${named}#${which}` };
  const request = parseSweep({
    ...file,
    ...(values.preset !== undefined && { preset: values.preset }),
    ...(values.claims !== undefined && { claims: values.claims === 'all' ? 'all' : values.claims.split(',') }),
    ...(values.seeds !== undefined && { seeds: readInteger('seeds', values.seeds, 1) }),
    set: { ...Object(Object(file).set), ...assignments('set', values.set, parseValue) },
    grid: { ...Object(Object(file).grid), ...assignments('grid', values.grid, valuesIn) },
    ...searchRequest(values, file),
  });
  const name = basename(named).replace(/\.\w+$/, '');
  const folder = readPath('out', values.out ?? `runs/${isFile ? name : `${name}-sweep`}`, 'runs/sweep');
  return { request, from: isFile ? dirname(named) : '.', folder, values };
}

/** Options of the command. */
type Values = Awaited<ReturnType<typeof requestOf>>['values'];

/** Processes of this machine, or the machines behind a queue. */
async function engineFor(
  { workers, attempts, 'allow-mixed': mixed = false }: Values,
  address: QueueAddress | undefined,
  experiments: readonly SweptExperiment[],
  terminal: Terminal,
): Promise<ChildProcesses | QueueEngine> {
  if (!address) {
    if (attempts !== undefined || mixed)
      throw new InputError('--attempts and --allow-mixed are for a sweep on a --queue');
    const count = readInteger('workers', workers ?? String(availableParallelism()), 1);
    return childProcesses({ workers: count, experiments, environment: environment() });
  }
  if (workers !== undefined)
    throw new InputError(
      `the runs of a sweep on a queue are made by 'advml worker', which takes --workers; for one on this machine leave out --queue and ADVML_QUEUE`,
    );
  const { node, tfjs, platform, processor } = environment();
  return queueEngine(await connection(address), {
    address,
    attempts: readInteger('attempts', attempts ?? '3', 1),
    machine: mixed ? null : { node, tfjs, platform, processor },
    onTrouble: (message) => terminal.note(message),
  });
}

/** Shows a sweep that other programs carry out. */
async function watched(
  folder: string,
  address: QueueAddress | undefined,
  terminal: Terminal,
  onEvent: (event: SweepEvent) => void,
): Promise<SweepOutcome> {
  const onTrouble = (message: string) => terminal.note(message);
  const end = address && (await listenToQueue(await connection(address), folder, { address, onEvent, onTrouble }));
  try {
    return await watchSweep(folder, { onEvent });
  } finally {
    await end?.();
  }
}

/** What came out, in a few lines. */
function tellOutcome(
  terminal: Terminal,
  folder: string,
  { finished, failed, standings = [] }: SweepOutcome & Partial<Pick<HalvingOutcome, 'standings'>>,
): void {
  terminal.out(`${finished} of ${finished + failed.length} runs are finished, in ${folder}\n`);
  for (const { values, value } of standings.slice(0, SHOWN))
    terminal.out(`${shortNumber(value)}  ${placeText(values)}\n`);
  if (failed.length > 0)
    terminal.error(
      `${failed.length} failed, and error.txt in each says why: ${failed.slice(0, SHOWN).join(' ')}${failed.length > SHOWN ? ' ...' : ''}; the same command tries them again`,
    );
}

/** Folders of failed runs, and places of the last rung, that are named at the end. */
const SHOWN = 5;

/** `advml sweep`: runs an experiment over a grid of settings and seeds. */
export const sweep: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { request, from, folder, values } = await requestOf(args);
    const { queue, watch, json = false } = values;
    const address = queueAddress(queue); // before code of the user's own is loaded, which is not to see it
    const onEvent = json ? (event: SweepEvent) => terminal.out(`${JSON.stringify(event)}\n`) : sweepListener(terminal);
    const told = (outcome: SweepOutcome | HalvingOutcome) => {
      if (json) terminal.out(`${JSON.stringify({ type: 'finished', location: folder, ...outcome })}\n`);
      else tellOutcome(terminal, folder, outcome);
      return outcome.failed.length > 0 ? 1 : 0;
    };
    if (watch) return told(await watched(folder, address, terminal, onEvent));
    const experiments = await experimentsOf(request, from);
    const plan = planSweep(request, experiments, versions().advml);
    const engine = await engineFor(values, address, experiments, terminal);
    try {
      const carryOut = request.halving ? runHalving : runSweep;
      const outcome = await interruptible(terminal, (signal) => carryOut(folder, plan, { engine, onEvent, signal }));
      if ('end' in engine) await engine.end();
      return told(outcome);
    } catch (error) {
      if (error instanceof AbortedError)
        terminal.note(`stopped; the same command goes on with what is missing in ${folder}`);
      throw error;
    } finally {
      await engine.close();
    }
  },
};
