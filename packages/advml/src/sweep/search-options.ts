import { InputError } from '@advml/core';
import type { SearchSide } from '@advml/runs/disk';
import { readInteger } from '../command.ts';
import { assignments, valuesIn } from './assignments.ts';

/** Options of a sweep that draws its runs, or makes only the best of them long. */
export const SEARCH_OPTIONS = {
  random: { type: 'string' },
  sobol: { type: 'string' },
  vary: { type: 'string', multiple: true },
  'draw-seed': { type: 'string' },
  rungs: { type: 'string', multiple: true },
  metric: { type: 'string' },
  better: { type: 'string' },
  factor: { type: 'string' },
} as const;

/** What the help says of them. */
export const SEARCH_HELP = `Search, in place of a grid or beside it:
  --random N        N places drawn at random
  --sobol N         N places of a Sobol sequence, which fills the space evenly
  --vary KEY=SIDE   what is drawn: numbers, as LOW..HIGH, LOW..HIGH:log or LOW..HIGH:integer, or one of V1,V2; may be given again
  --draw-seed N     decides the draws. Default: 0
  --rungs KEY=LIST  successive halving: values of a setting that make runs longer, such as clean.steps=100,300,900. All places are
                    run with the first, the best of them with the second, and so on
  --metric NAME     the number that decides: a claim, or a part of what a stage measured
  --better less     less is better. Default: greater
  --factor N        one place of N goes on. Default: 3
In FILE.json:
  "search": { "method": "sobol", "runs": 64, "seed": 0, "over": { "tau": { "low": 0.1, "high": 0.3 },
              "clean.rate": { "low": 0.01, "high": 1, "scale": "log" }, "data.dictionary": ["identity", "orthonormal"] } },
  "halving": { "rungs": { "clean.steps": [100, 300, 900] }, "metric": "C3", "better": "greater", "factor": 3 }
`;

/** The values of the options. */
export interface SearchValues {
  /** Places drawn at random. */
  readonly random?: string;
  /** Places of a Sobol sequence. */
  readonly sobol?: string;
  /** What is drawn. */
  readonly vary?: readonly string[];
  /** Decides the draws. */
  readonly 'draw-seed'?: string;
  /** What makes runs longer. */
  readonly rungs?: readonly string[];
  /** The number that decides. */
  readonly metric?: string;
  /** Which numbers are better. */
  readonly better?: string;
  /** One place of so many goes on. */
  readonly factor?: string;
}

/** The side of `--vary rate=0.01..1:log`. */
function sideIn(text: string): SearchSide {
  const [, low, high, how] = /^([^,]+?)\.\.([^,:]+)(?::(log|integer))?$/.exec(text) ?? [];
  if (low === undefined) return valuesIn(text);
  const [from, to] = [Number(low), Number(high)];
  if (Number.isNaN(from) || Number.isNaN(to))
    throw new InputError(`--vary takes two numbers, such as 0.01..1:log, got '${text}'`);
  return { low: from, high: to, ...(how === 'log' && { scale: 'log' }), ...(how === 'integer' && { integer: true }) };
}

const isGiven = (record: object): boolean => Object.keys(record).length > 0;

function searchOf(values: SearchValues, file: Readonly<Record<string, unknown>>): object {
  const { random, sobol, vary, 'draw-seed': seed } = values;
  if (random !== undefined && sobol !== undefined) throw new InputError('give --random or --sobol, not both');
  return {
    ...file,
    ...(random !== undefined && { method: 'random', runs: readInteger('random', random, 1) }),
    ...(sobol !== undefined && { method: 'sobol', runs: readInteger('sobol', sobol, 1) }),
    ...(seed !== undefined && { seed: readInteger('draw-seed', seed, 0) }),
    ...(vary && { over: { ...Object(file.over), ...assignments('vary', vary, sideIn) } }),
  };
}

function halvingOf({ rungs, metric, better, factor }: SearchValues, file: Readonly<Record<string, unknown>>): object {
  return {
    ...file,
    ...(rungs && { rungs: assignments('rungs', rungs, valuesIn) }),
    ...(metric !== undefined && { metric }),
    ...(better !== undefined && { better }),
    ...(factor !== undefined && { factor: readInteger('factor', factor, 2) }),
  };
}

/**
 * What the options say of search and halving, over what a file says.
 *
 * @param values - The options.
 * @param file - The file of the sweep.
 * @returns The parts of a request that are asked for.
 * @throws InputError if an option cannot be used.
 */
export function searchRequest(values: SearchValues, file: Readonly<Record<string, unknown>>): object {
  const search = searchOf(values, Object(file.search));
  const halving = halvingOf(values, Object(file.halving));
  return { ...(isGiven(search) && { search }), ...(isGiven(halving) && { halving }) };
}
