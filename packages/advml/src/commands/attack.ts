import { readFile } from 'node:fs/promises';
import { type BatteryOptions, battery, fgm, noise } from '@advml/attacks';
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
import { diskStore } from '@advml/experiments/disk';
import { decodeSafetensors } from '@advml/formats';
import { evaluate } from '@advml/metrics';
import { useWasm } from '@advml/wasm';
import { cast, type Tensor1D } from '@tensorflow/tfjs-core';
import { leave } from '../attack/leave.ts';
import { type ImageNetworkShape, modelNamed, networkNames } from '../attack/network.ts';
import { keptParts } from '../attack/parts.ts';
import { evaluationTable } from '../attack/table.ts';
import { type Command, readArgs, readInteger } from '../command.ts';
import { interruptible } from '../interrupt.ts';
import { meterOf } from '../terminal/progress.ts';

const OPTIONS = {
  weights: { type: 'string' },
  network: { type: 'string' },
  strides: { type: 'string' },
  pooling: { type: 'string' },
  data: { type: 'string' },
  norm: { type: 'string' },
  eps: { type: 'string' },
  box: { type: 'string' },
  battery: { type: 'string' },
  steps: { type: 'string' },
  queries: { type: 'string' },
  targets: { type: 'string' },
  curve: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const HELP = `Attacks a trained network and says how robust it is, and whether that can be believed.

Usage: advml attack --weights FILE --network NAME --data FILE --norm NORM --eps R [options]

Options:
  --weights FILE    parameters as safetensors, such as weights/robust.safetensors of a run
  --network NAME    ${networkNames.join(', ')}; sizes are read off the weights
  --strides N,N,... strides of a CNN's convolutions, or of a ResNet's first one, which the weights do
                    not tell; 1 unless told
  --pooling KIND    max (unless told), average or none after each convolution of a CNN
  --data FILE       safetensors with x [n, ...] and labels y [n]: classes, or -1 and +1 for a score
  --norm NORM       l1, l2 or linf
  --eps R           radius in input units
  --box LOW,HIGH    range of the inputs; none unless told
  --battery NAME    standard unless told; noise and one step are added for comparison
  --steps N         gradient steps of every ascent and of FAB, 100 unless told
  --queries N       forward passes of the attack without gradients, 5000 unless told
  --targets N       wrong classes that the targeted attacks aim at, 9 unless told (5 for APGD in l1)
  --curve R,R,...   further radii; every attack is run again at each of them
  --seed S          seed, 0 unless told
  --out DIR         folder for what it finds; nothing is kept unless told
  --json            the result as one line of JSON on standard output

It leaves attack.json, one example a row in records.jsonl and records.parquet, and figures/ in the folder.
Ctrl-C stops it after the examples in hand; the same command goes on from parts.jsonl to the same result.

Examples:
  advml attack --weights runs/mine/weights/robust.safetensors --network symmetric-two-layer \\
    --data test.safetensors --norm l2 --eps 0.16 --out attacks/robust
  advml attack --weights mlp.safetensors --network mlp --data images.safetensors \\
    --norm linf --eps 0.1 --box 0,1 --curve 0.02,0.05,0.2 --out attacks/mlp
  advml attack --weights runs/cnn/weights/robust-linf.safetensors --network cnn --strides 2,2 --pooling none \\
    --data images.safetensors --norm linf --eps 0.1 --box 0,1
  advml attack --weights mlp.safetensors --network mlp --data images.safetensors \\
    --norm l2 --eps 1 --steps 20 --queries 200 --targets 3 --json
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

/** What the weights do not tell, where it was told. */
function shapeOf({ strides, pooling }: { strides?: string; pooling?: string }): ImageNetworkShape {
  return {
    ...(strides !== undefined && { strides: readNumbers('strides', strides) }),
    ...(pooling !== undefined && { pooling: pooling as ImageNetworkShape['pooling'] }),
  };
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

/** The named attacks, with two weak ones to compare them with. */
function members(name: string, options: BatteryOptions): Battery {
  if (name !== 'standard') throw new InputError(`--battery must be standard, got '${name}'`);
  return [
    ...battery(name, options),
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
    const whole = (name: 'steps' | 'queries' | 'targets' | 'seed', least = 1) =>
      values[name] === undefined ? undefined : readInteger(name, values[name], least);
    const work = { steps: whole('steps'), queries: whole('queries'), targets: whole('targets') };
    const attacks = members(values.battery ?? 'standard', work);
    const seed = whole('seed', 0) ?? 0;
    const [weightsFile, dataFile, network] = ['weights', 'data', 'network'].map((name) => required(values, name));

    await useWasm();
    const { x, y } = await readTensors(dataFile);
    if (!x || !y) throw new InputError(`${dataFile} must hold tensors x and y`);
    const model = modelNamed(network, await readTensors(weightsFile), x.shape.slice(1), shapeOf(values));
    const labels = cast(y, 'float32') as Tensor1D;

    const store = values.out === undefined ? undefined : diskStore(values.out);
    const parts = store && (await keptParts(store));
    const meter = meterOf('attacking');
    try {
      const found = await interruptible(terminal, (signal) =>
        evaluate(model, { x, y: labels }, threat, attacks, {
          key: key('attack', seed),
          eps: values.curve ? readNumbers('curve', values.curve) : [],
          eachCurve: true,
          done: parts?.done,
          onPart: parts?.keep,
          onProgress: (done, total) => terminal.status(meter.line(done, total)),
          signal,
        }),
      ).finally(() => parts?.settled());
      if (store) await leave(store, found, threat);
      const { records, ...summary } = found;
      terminal.out(values.json ? `${JSON.stringify(summary)}\n` : evaluationTable(found, terminal));
      return 0;
    } catch (error) {
      if (error instanceof AbortedError)
        terminal.note(store ? 'stopped; the same command goes on' : 'stopped; with --out the same command could go on');
      throw error;
    }
  },
};
