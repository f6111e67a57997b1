import { readFile } from 'node:fs/promises';
import { InputError } from '@advml/core';
import { experiments } from '@advml/experiments';
import {
  type Experiment,
  type Overrides,
  parseAssignment,
  parseSetting,
  presetOf,
  settingRows,
  startRun,
} from '@advml/runs';
import { diskStore } from '@advml/runs/disk';
import { type Command, readArgs, readInteger, readPath } from '../command.ts';
import { findExperiment } from '../experiment.ts';
import { showWork, type Work } from '../work.ts';

const OPTIONS = {
  preset: { type: 'string' },
  seed: { type: 'string' },
  seeds: { type: 'string' },
  claims: { type: 'string' },
  set: { type: 'string', multiple: true },
  config: { type: 'string' },
  out: { type: 'string' },
  workers: { type: 'string' },
  settings: { type: 'boolean' },
  json: { type: 'boolean' },
  strict: { type: 'boolean' },
} as const;

const HELP = `Runs an experiment and reports it.

Usage: advml run EXPERIMENT [options]
       advml run ./FILE [NAME] [options]

Experiments (paper if only options are given):
  paper             feature purification on data with known features: claims C1 to C13
                    and, proved, C17 to C20 (the default)
  patches           which known features clean and adversarial training take: claims P1 to P13
  images-mlp        purification on images (Fashion-MNIST by default), layer by layer: claims C1 to C5 and
  images-cnn        C13 to C16, for a multi-layer perceptron, a convolutional and a residual network;
  images-resnet     images come from files on this machine, see 'advml data --help'
  ./FILE [NAME]     your own: the default export of a file, or a package, made by 'defineExperiment' of @advml/runs, in
                    JavaScript, or in TypeScript where Node reads it or tsx is installed beside it; where it is a list,
                    NAME tells which;
                    'advml new experiment' writes one to start from

Options:
  --preset NAME     a named setting; of each experiment: its default, and smoke (seconds); of paper also
                    large, and for some claims low-complexity (C10), scaling (C11), linf (C12),
                    low-rank (C13), ablations; of images-cnn and images-resnet robust (longer
                    adversarial training at a higher rate), cifar and large (CIFAR-10), of images-cnn mnist
  --seed S          seed. Default: 0
  --seeds N         seeds 0 to N-1, with intervals over seeds
  --claims LIST     the claims to measure, such as C2,C3,C10, or all. Default: of paper C1 to C9 and C17 to C20
  --set KEY=VALUE   change one setting; may be given again
  --config FILE     settings from a JSON file; --set wins over it
  --out DIR         folder of the run. Default: runs/EXPERIMENT-DATE-TIME
  --workers N       worker threads, which change the time and nothing else. Default: 2
                    (1 on one processor); 1 works in the main thread
  --settings        print every setting as it would be run, with its meaning, and stop; with --json
                    as a file for --config
  --json            events and results as lines of JSON on standard output
  --strict          exit code 1 where a claim does not hold

A run leaves run.json, metrics.jsonl, claims.json, weights/, measures/, tables/, figures/ and report.html in its folder.
Ctrl-C stops it after the current step; advml resume DIR goes on to the same result.

Examples:
  advml run paper
  advml run paper --preset smoke --out runs/try
  advml run paper --seeds 5 --workers 4 --set evaluation.examples=5000
  advml run paper --claims all
  advml run paper --preset smoke --settings --json > mine.json
  advml run paper --config mine.json
  advml run paper --set tau=0.12 --set data.margin=0
  advml run images-cnn --out runs/cnn
  advml run ./my-experiment.mjs --seeds 3
  advml run images-mlp --set data.set=idx --set data.folder=data/mnist --claims C2,C3
`;

async function readConfig(path: string): Promise<Overrides> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new InputError(`cannot read the settings in ${path}: ${(error as Error).message}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Overrides;
  } catch (error) {
    throw new InputError(`${path} is not JSON: ${(error as Error).message}`);
  }
  throw new InputError(`${path} must hold a JSON object of settings, such as {"tau": 0.12}`);
}

function seedsOf(seed: string | undefined, seeds: string | undefined): readonly number[] {
  if (seed !== undefined && seeds !== undefined) throw new InputError('give --seed or --seeds, not both');
  if (seeds !== undefined)
    return Array.from({ length: Math.min(readInteger('seeds', seeds, 1), MOST_SEEDS) }, (_, at) => at);
  return [seed === undefined ? 0 : readInteger('seed', seed, 0)];
}

/** Seeds that anyone may mean: the experiments say how many a run may have. */
const MOST_SEEDS = 1_000_000;

/** `all` or `C2,C10` as a change of the setting. */
const claimsOf = (list: string) => ({ claims: list === 'all' ? list : list.split(',').map((name) => name.trim()) });

/** Date and time as a folder's name, such as `20261122-150501`. */
const stamp = (): string => new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);

/** What there is to run, for whoever names nothing. */
const choice = (): string =>
  [
    'advml run takes the name of an experiment:\n',
    ...experiments.map(
      ({ name, title, presets }) =>
        `  ${name.padEnd(14)} ${title}\n  ${''.padEnd(14)} presets: ${Object.keys(presets).join(', ')}\n`,
    ),
    "  ./FILE         your own: 'advml new experiment NAME' writes one to start from\n",
    'Such as:\n  advml run paper\n  advml run paper --preset smoke   (seconds, too small for verdicts)\n',
    'advml run --help says the rest.\n',
  ].join('\n');

/** A setting for a person, a line a key, or for a program and for --config. */
function settingText(schema: Experiment['schema'], setting: unknown, json: boolean): string {
  if (json) return `${JSON.stringify(setting, null, 2)}\n`;
  const rows = settingRows(schema, setting).map(
    ({ key, value, description }) => [`${key}=${JSON.stringify(value)}`, description] as const,
  );
  const width = Math.max(...rows.map(([assignment]) => assignment.length));
  return rows.map(([assignment, description]) => `${assignment.padEnd(width)}  ${description}\n`).join('');
}

/** `advml run`: starts a run. */
export const run: Command = {
  help: HELP,
  run: async (args, terminal) => {
    if (args.length === 0) {
      terminal.out(choice());
      return 2;
    }
    const { values, positionals } = readArgs(args, OPTIONS);
    const [name = 'paper', which, ...more] = positionals;
    if (more.length > 0) throw new InputError(`run takes one experiment, got also '${more.join(' ')}'`);
    const { experiment, url, module } = await findExperiment(name, which);
    const overrides = [
      ...(values.config === undefined ? [] : [await readConfig(readPath('config', values.config, 'setting.json'))]),
      ...(values.claims === undefined ? [] : [claimsOf(values.claims)]),
      ...(values.set ?? []).map(parseAssignment),
    ];
    if (values.settings) {
      const layers = [presetOf(experiment, values.preset), ...overrides];
      terminal.out(settingText(experiment.schema, parseSetting(experiment.schema, layers), values.json ?? false));
      return 0;
    }
    const seeds = seedsOf(values.seed, values.seeds);
    const store = diskStore(values.out ?? `runs/${experiment.name}-${stamp()}`);
    const request = { preset: values.preset, overrides, seeds };
    const work: Work = (options) => startRun(store, experiment, request, { ...options, module });
    return showWork(terminal, store, { url, module }, values, work);
  },
};
