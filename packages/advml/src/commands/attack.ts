import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { battery, fgm, noise } from '@advml/attacks';
import {
  AbortedError,
  type Battery,
  type Box,
  ball,
  InputError,
  key,
  l1,
  l2,
  linf,
  type Params,
  paramsFromArrays,
} from '@advml/core';
import { decodeJsonLines, decodeSafetensors, encodeJsonLine } from '@advml/formats';
import { type EvaluationPart, evaluate } from '@advml/metrics';
import { useWasm } from '@advml/wasm';
import { cast, type Tensor1D } from '@tensorflow/tfjs-core';
import { modelNamed, networkNames } from '../attack/network.ts';
import { evaluationTable } from '../attack/table.ts';
import { type Command, readArgs, readInteger } from '../command.ts';
import { interruptible } from '../interrupt.ts';
import { meterOf } from '../terminal/progress.ts';

const OPTIONS = {
  weights: { type: 'string' },
  network: { type: 'string' },
  data: { type: 'string' },
  norm: { type: 'string' },
  eps: { type: 'string' },
  box: { type: 'string' },
  battery: { type: 'string' },
  steps: { type: 'string' },
  queries: { type: 'string' },
  curve: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const HELP = `Attacks a trained network and says how robust it is, and whether that can be believed.

Usage: advml attack --weights FILE --network NAME --data FILE --norm NORM --eps R [options]

Options:
  --weights FILE    parameters as safetensors, such as weights/robust.safetensors of a run
  --network NAME    ${networkNames.join(' or ')}; sizes are read off the weights
  --data FILE       safetensors with x [n, ...] and labels y [n]: classes, or -1 and +1 for a score
  --norm NORM       l1, l2 or linf
  --eps R           radius in input units
  --box LOW,HIGH    range of the inputs; none unless told
  --battery NAME    standard unless told; noise and one step are added for comparison
  --steps N         gradient steps of every ascent, 100 unless told
  --queries N       forward passes of the attack without gradients, 5000 unless told
  --curve R,R,...   further radii
  --seed S          seed, 0 unless told
  --out DIR         folder for attack.json, records.jsonl and parts.jsonl; the same command goes on from there
  --json            the result as one line of JSON on standard output

Examples:
  advml attack --weights runs/mine/weights/robust.safetensors --network symmetric-two-layer \\
    --data test.safetensors --norm l2 --eps 0.16 --out attacks/robust
`;

const NORMS = { l1, l2, linf };

function required(values: Readonly<Record<string, unknown>>, name: string): string {
  const value = values[name];
  if (typeof value !== 'string') throw new InputError(`attack needs --${name}; see advml attack --help`);
  return value;
}

function readNumbers(name: string, text: string): readonly number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!numbers.every(Number.isFinite))
    throw new InputError(`--${name} must be numbers with commas between them, got '${text}'`);
  return numbers;
}

function readBox(text: string | undefined): Box | undefined {
  if (text === undefined) return undefined;
  const [low, high, ...more] = readNumbers('box', text);
  if (high === undefined || more.length > 0) throw new InputError(`--box must be LOW,HIGH, such as 0,1, got '${text}'`);
  return { low, high };
}

async function readTensors(path: string): Promise<Params> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${(error as Error).message}`);
  }
  return paramsFromArrays(decodeSafetensors(bytes).tensors);
}

/** Parts of an earlier evaluation, if the folder has any; a last line that was not finished is removed. */
async function partsIn(path: string): Promise<readonly EvaluationPart[]> {
  if (!existsSync(path)) return [];
  const text = await readFile(path, 'utf8');
  const { records, torn } = decodeJsonLines(text, { allowTornLastLine: true });
  if (torn) await writeFile(path, text.slice(0, torn.start));
  return records as readonly EvaluationPart[];
}

/** The named attacks, with two weak ones to compare them with. */
function members(name: string, steps: number, queries: number): Battery {
  if (name !== 'standard') throw new InputError(`--battery must be standard, got '${name}'`);
  return [
    ...battery(name, { steps, queries }),
    { kind: 'one-step', attack: (threat) => fgm({ threat }) },
    { kind: 'noise', attack: (threat) => noise({ threat, draws: 10 }) },
  ];
}

/** `advml attack`: judges a trained network. */
export const attack: Command = {
  name: 'attack',
  summary: 'attack a trained network: accuracy, records, signs of a masked gradient',
  help: HELP,
  run: async (args, terminal) => {
    const { values } = readArgs(args, OPTIONS);
    const normName = required(values, 'norm');
    if (!Object.hasOwn(NORMS, normName)) throw new InputError(`--norm must be l1, l2 or linf, got '${normName}'`);
    const [radius, ...more] = readNumbers('eps', required(values, 'eps'));
    if (more.length > 0) throw new InputError('--eps takes one radius; further ones belong to --curve');
    const threat = ball(NORMS[normName as keyof typeof NORMS], radius, readBox(values.box));
    const whole = (name: 'steps' | 'queries' | 'seed', least: number, otherwise: number) =>
      values[name] === undefined ? otherwise : readInteger(name, values[name], least);
    const attacks = members(values.battery ?? 'standard', whole('steps', 1, 100), whole('queries', 1, 5000));
    const seed = whole('seed', 0, 0);
    const [weightsFile, dataFile, network] = ['weights', 'data', 'network'].map((name) => required(values, name));

    await useWasm();
    const { x, y } = await readTensors(dataFile);
    if (!x || !y) throw new InputError(`${dataFile} must hold tensors x and y`);
    const model = modelNamed(network, await readTensors(weightsFile));
    const labels = cast(y, 'float32') as Tensor1D;

    const out = values.out;
    if (out) await mkdir(out, { recursive: true });
    const partsFile = out && join(out, 'parts.jsonl');
    let written = Promise.resolve();
    const meter = meterOf('attacking');
    try {
      const found = await interruptible(terminal, async (signal) =>
        evaluate(model, { x, y: labels }, threat, attacks, {
          key: key('attack', seed),
          eps: values.curve ? readNumbers('curve', values.curve) : [],
          done: partsFile ? await partsIn(partsFile) : [],
          onPart: (part) => {
            if (partsFile) written = written.then(() => appendFile(partsFile, encodeJsonLine(part)));
          },
          onProgress: (done, total) => terminal.status(meter.line(done, total)),
          signal,
        }),
      );
      const { records, ...summary } = found;
      if (out) {
        await writeFile(join(out, 'records.jsonl'), records.map((record) => encodeJsonLine(record)).join(''));
        await writeFile(join(out, 'attack.json'), `${JSON.stringify(summary, null, 2)}\n`);
      }
      terminal.out(values.json ? `${JSON.stringify(summary)}\n` : evaluationTable(found, terminal));
      return 0;
    } catch (error) {
      if (error instanceof AbortedError && out) terminal.note('stopped; the same command goes on');
      throw error;
    } finally {
      await written;
    }
  },
};
