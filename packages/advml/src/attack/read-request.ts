import { type Box, InputError } from '@advml/core';
import { readInteger, readPath } from '../command.ts';
import { members, WORK_OF } from './attack-bench.ts';
import { OPTIONS_OF, requireCertifier, SMOOTHING } from './certifiers.ts';
import type { ImageSize } from './data/image-files.ts';
import type { Layout } from './data/raw-examples.ts';
import type { ImageNetworkShape } from './network.ts';
import { normNames } from './norms.ts';
import type { AttackRequest, FilesSource, NormName, RunSource } from './request.ts';

/** The values of the command line, as `parseArgs` gives them. */
export type Values = Readonly<Partial<Record<string, string | boolean>>>;

/** The commands that take such requests. */
export type CommandName = 'attack' | 'certify';

/** A value with an option of text. */
const textOf = (values: Values, name: string): string | undefined => values[name] as string | undefined;

/** A number, or a quotient of two, such as 8/255. */
function numberIn(text: string): number {
  const [over, under = 1] = text.split('/').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return text.split('/').length > 2 ? Number.NaN : over / under;
}

function readNumbers(name: string, text: string): readonly number[] {
  const numbers = text.split(',').map(numberIn);
  if (!numbers.every(Number.isFinite))
    throw new InputError(`--${name} must be numbers with commas between them, got '${text}'`);
  return numbers;
}

function readPositive(name: string, text: string): number {
  const [value, ...more] = readNumbers(name, text);
  if (more.length === 0 && value > 0) return value;
  throw new InputError(`--${name} must be a number > 0, got '${text}'`);
}

function readAlpha(text: string): number {
  const alpha = readPositive('alpha', text);
  if (alpha < 1) return alpha;
  throw new InputError(`--alpha must be between 0 and 1, such as 0.001, got '${text}'`);
}

function readEps(text: string): number {
  const [eps, ...more] = readNumbers('eps', text);
  if (more.length > 0) throw new InputError('--eps takes one radius; further ones belong to --curve');
  return eps;
}

function readBox(text: string): Box {
  const [low, high, ...more] = readNumbers('box', text);
  if (high === undefined || more.length > 0) throw new InputError(`--box must be LOW,HIGH, such as 0,1, got '${text}'`);
  return { low, high };
}

function readSize(text: string): ImageSize {
  const [, width, height] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(text) ?? [];
  if (height === undefined) throw new InputError(`--size must be WIDTHxHEIGHT, such as 32x32, got '${text}'`);
  return { width: Number(width), height: Number(height) };
}

function readLayout(text: string): Layout {
  if (text === 'nchw' || text === 'nhwc') return text;
  throw new InputError(`--layout must be nchw (channels first) or nhwc (channels last), got '${text}'`);
}

/** The value of the one of two options that mean the same. */
function either(values: Values, name: string, same: string): string | undefined {
  const [own, other] = [textOf(values, name), textOf(values, same)];
  if (own !== undefined && other !== undefined)
    throw new InputError(`--${name} and --${same} say the same: leave out one of them`);
  return own ?? other;
}

/** What x is divided by, by either of its options. */
function divisorOf(values: Values): number | undefined {
  const told = either(values, 'scale', 'divide-by');
  if (told === undefined) return undefined;
  const [scale, divisor] = [values.scale, values['divide-by']];
  return scale === undefined
    ? readPositive('divide-by', divisor as string)
    : 1 / readPositive('scale', scale as string);
}

function readNorm(name: string): NormName {
  const found = normNames.find((known) => known === name);
  if (found) return found;
  throw new InputError(`--norm must be l0, l1, l2 or linf, got '${name}'`);
}

/** What the weights do not tell, where it was told. */
function shapeOf({ strides, pooling }: Values): ImageNetworkShape {
  return {
    ...(strides !== undefined && { strides: readNumbers('strides', strides as string) }),
    ...(pooling !== undefined && { pooling: pooling as ImageNetworkShape['pooling'] }),
  };
}

/** What files must be told, and a run knows. */
const OF_FILES = ['model', 'data', 'norm', 'eps'] as const;

/** Options that say something of files. */
const FILES_ONLY = [
  ...['model', 'weights', 'network', 'strides', 'pooling'],
  ...['data', 'labels', 'size', 'scale', 'divide-by', 'layout', 'mean', 'std'],
] as const;

function filesSource(command: CommandName, values: Values): FilesSource {
  const model = either(values, 'model', 'weights');
  const missing = OF_FILES.filter((name) => (name === 'model' ? model : values[name]) === undefined);
  if (missing.length > 0)
    throw new InputError(
      `${command} needs ${missing.map((name) => `--${name}`).join(', ')}, or the folder of a run, such as 'advml ${command} runs/mine'; see advml ${command} --help`,
    );
  const ofRuns = ['of', 'trust', 'changed'].find((name) => values[name] !== undefined);
  if (ofRuns !== undefined) throw new InputError(`--${ofRuns} is about a run: give the folder of the run, too`);
  const given = <T>(name: string, read: (text: string) => T): Record<string, T> => {
    const text = textOf(values, name);
    return text === undefined ? {} : { [name]: read(text) };
  };
  const divideBy = divisorOf(values);
  return {
    from: 'files',
    model: readPath('model', model as string, 'model.onnx'),
    ...given('network', String),
    data: readPath('data', values.data as string, 'test.npz'),
    ...given('labels', (text) => readPath('labels', text, 'labels.npy')),
    ...given('size', readSize),
    shape: shapeOf(values),
    ...(divideBy !== undefined && { divideBy }),
    ...given('layout', readLayout),
    ...given('mean', (text) => readNumbers('mean', text)),
    ...given('std', (text) => readNumbers('std', text)),
  };
}

function runSource(folder: string, path: string | undefined, values: Values): RunSource {
  const extra = FILES_ONLY.find((name) => values[name] !== undefined);
  if (extra !== undefined)
    throw new InputError(`--${extra} is for files, and the run in ${folder} knows its own: leave out one of them`);
  return {
    from: 'run',
    folder,
    of: textOf(values, 'of') ?? 'robust',
    ...(path !== undefined && { path }),
    ...(values.trust === true && { trust: true }),
    ...(values.changed === true && { changed: true }),
  };
}

/** Refuses an option that the attacks would not read: who gives it means other ones. */
function requireReadByAttacks(values: Values, { battery, certify }: AttackRequest): void {
  if (certify?.certifier === SMOOTHING) {
    const extra = ['battery', 'steps', 'queries', 'targets', 'survivors'].find((name) => values[name] !== undefined);
    if (extra !== undefined) throw new InputError(`--${extra} is for attacks, and --certifier smoothing makes none`);
    return;
  }
  for (const name of WORK_OF.standard)
    if (values[name] !== undefined && !WORK_OF[battery].includes(name)) {
      const readers = Object.keys(WORK_OF).filter((other) => WORK_OF[other].includes(name));
      throw new InputError(`--${name} belongs to --battery ${readers.join(' or ')}, got --battery ${battery}`);
    }
}

/** Refuses an option that the certifier would not read: who gives it means another one. */
function requireReadByCertifier(values: Values, certifier: string): void {
  for (const [name, owner] of Object.entries(OPTIONS_OF)) {
    const isRead = owner === certifier || (certifier === 'auto' && owner !== SMOOTHING);
    if (values[name] !== undefined && !isRead)
      throw new InputError(`--${name} belongs to --certifier ${owner}, got --certifier ${certifier}`);
  }
}

/** Whether a word that should be the folder of a run is a model instead, by its ending. */
const isModel = (word: string): boolean => /\.(onnx|json|safetensors|npz|mjs|js)$/.test(word);

/**
 * A request from a command line.
 *
 * @param command - Which command's.
 * @param values - Its options.
 * @param words - Its other words: none, or the folder of a run and, for an experiment of the user's own, its module.
 * @returns The request; nothing was read yet.
 * @throws InputError that names all that is missing, or what cannot be.
 */
export function readRequest(command: CommandName, values: Values, words: readonly string[]): AttackRequest {
  const [folder, path, ...more] = words;
  if (more.length > 0)
    throw new InputError(
      `${command} takes the folder of one run and the module of its experiment, got also '${more.join(' ')}'`,
    );
  if (folder !== undefined && isModel(folder))
    throw new InputError(`${folder} is a file, not the folder of a run: give it as --model ${folder}`);
  const source = folder === undefined ? filesSource(command, values) : runSource(folder, path, values);
  const given = <T>(name: string, read: (text: string) => T): T | undefined => {
    const text = textOf(values, name);
    return text === undefined ? undefined : read(text);
  };
  const whole = (name: string, least = 1) => given(name, (text) => readInteger(name, text, least));
  either(values, 'first', 'examples');
  const first = whole('first') ?? whole('examples');
  if (first !== undefined && values.indices !== undefined)
    throw new InputError('--first and --indices both say which examples: leave out one of them');
  const request: AttackRequest = {
    source,
    first,
    indices: given('indices', String),
    norm: given('norm', readNorm),
    eps: given('eps', readEps),
    box: given('box', readBox),
    curve: given('curve', (text) => readNumbers('curve', text)) ?? [],
    battery: textOf(values, 'battery') ?? (command === 'certify' ? 'quick' : 'standard'),
    ...(values.survivors === true && { survivors: true }),
    work: { steps: whole('steps'), queries: whole('queries'), targets: whole('targets') },
    seed: whole('seed', 0) ?? 0,
    ...(command === 'certify' && {
      certify: {
        certifier: textOf(values, 'certifier') ?? 'auto',
        nodes: whole('nodes'),
        slopeSteps: whole('slope-steps', 0),
        jointSteps: whole('joint-steps'),
        smoothing: given('sigma', (text) => ({
          sigma: readPositive('sigma', text),
          samples: whole('samples') ?? 10_000,
          alpha: given('alpha', readAlpha) ?? 0.001,
        })),
      },
    }),
  };
  members(request.battery, request.work); // both refuse what they do not know before anything is read
  if (request.certify) {
    requireCertifier(request.certify);
    requireReadByCertifier(values, request.certify.certifier);
  }
  requireReadByAttacks(values, request);
  return request;
}
