import { cloneParams, InputError, type Key, type Network, type OnProgress, type Params } from '@advml/core';
import { described, requireNetwork, requireOptions, requireTensor } from '@advml/core/internal';
import { Tensor } from '@tensorflow/tfjs-core';
import { blaming } from '../experiment-error.ts';
import { requireDifferent, requireName } from '../names.ts';
import { requireList, requireRecord } from '../require.ts';
import { keptMeasure, measureStage } from './measures.ts';
import { owning } from './owning.ts';
import { requirePlainJson } from './plain-json.ts';
import { progressOf, type Stage, type StageContext } from './stages.ts';
import { type Phase, trainLogged } from './train.ts';
import { keptWeights, ownedWeightsStage } from './weights.ts';

/** What the stages that this one needs have kept, and those that they need in turn. */
export interface Kept {
  /**
   * The weights of a stage that trains or makes weights.
   *
   * @param stage - Its name.
   * @returns A copy, which is disposed when this stage ends.
   */
  weights(stage: string): Promise<Params>;
  /**
   * What a stage measured.
   *
   * @param stage - Its name.
   * @returns The plain JSON that it returned.
   */
  measure<T>(stage: string): Promise<T>;
}

/** What a stage is given. */
export interface StageInput<Settings> {
  /** The complete setting. */
  readonly settings: Settings;
  /** The key of the run, the same in all its stages: `key.child('data')` and so on decide what is random. */
  readonly key: Key;
  /** What the stages that it needs have kept. */
  readonly kept: Kept;
  /** Told units done and their total, where the stage takes long. */
  readonly onProgress: OnProgress;
  /** Stops the run; what is awaited for long should heed it. */
  readonly signal?: AbortSignal;
}

/** A training as a stage: what `fit` takes, but for what the run itself gives. */
export interface StageTraining extends Omit<Phase, 'key'> {
  /** Decides what is random. Default: the run's key with the stage's name. */
  readonly key?: Key;
  /** Parameters to start from, which the stage disposes. Default: those of `network.init`, the same in all stages of the seed. */
  readonly start?: Params;
  /** Steps between two checkpoints. Default: 25. */
  readonly checkpointEvery?: number;
  /**
   * More numbers for the log, beside loss and accuracy.
   *
   * @param params - Weights at the start or after a step.
   * @returns Finite numbers by name, at once; none is called phase, step, loss or accuracy, which the log has already.
   */
  numbers?(params: Params): Readonly<Record<string, number>>;
}

/** A stage of `defineExperiment`: exactly one of `train`, `weights` and `measure`. */
export interface StageDefinition<Settings, Measure = unknown> {
  /** Names of the stages whose results it reads; others may be made at the same time. Default: all before it. */
  readonly needs?: readonly string[];
  /**
   * Trains a network, with checkpoints and a log; its weights are kept in `weights/STAGE.safetensors`.
   *
   * @param input - See {@link StageInput}.
   * @returns What to train and how.
   */
  train?(input: StageInput<Settings>): StageTraining | Promise<StageTraining>;
  /**
   * Makes weights in another way; they are kept in `weights/STAGE.safetensors`.
   *
   * @param input - See {@link StageInput}.
   * @returns Parameters, which the stage disposes.
   */
  weights?(input: StageInput<Settings>): Params | Promise<Params>;
  /**
   * The network that the parameters of `weights` belong to, so that their file says which; that of `train` is known.
   *
   * @param input - See {@link StageInput}.
   * @returns The network.
   */
  network?(input: StageInput<Settings>): Network | Promise<Network>;
  /**
   * Measures; the result is kept in `measures/STAGE.json`.
   *
   * @param input - See {@link StageInput}.
   * @returns Plain JSON.
   */
  measure?(input: StageInput<Settings>): Measure | Promise<Measure>;
}

/** A stage that is made when key and setting are there. */
export interface DefinedStage<Settings> {
  /** Its name. */
  readonly name: string;
  /** Whether its result is a measurement. */
  readonly measures: boolean;
  /**
   * The stage.
   *
   * @param key - Gives the run's key.
   * @param settings - The complete setting.
   */
  make(key: () => Key, settings: Settings): Stage;
}

/**
 * The stages that a definition describes, in its order.
 *
 * @param definitions - Stages by name.
 * @returns The stages.
 * @throws InputError that names the stage and what is wrong with it.
 */
export function definedStages<Settings>(
  definitions: Readonly<Record<string, StageDefinition<Settings>>>,
): readonly DefinedStage<Settings>[] {
  requireRecord('the stages of an experiment must be a record', definitions ?? {});
  const names = Object.keys(definitions ?? {});
  if (names.length === 0)
    throw new InputError(
      'an experiment needs a stage, such as stages: { accuracy: { measure: ({ settings, key }) => ... } }',
    );
  requireDifferent('stages', names);
  const reach = new Map<string, Readable>();
  return names.map((name, at) => {
    const definition = definitions[name];
    requireStage(name, definition, names.slice(0, at), names.slice(at + 1));
    const { needs = names.slice(0, at) } = definition;
    const readable: Readable = new Map(
      needs.flatMap((need) => [[need, definitions[need].measure ? 'measure' : 'weights'], ...(reach.get(need) ?? [])]),
    );
    reach.set(name, readable);
    return definedStage(name, definition, needs, readable);
  });
}

/** The stages that one may read, and what of each. */
type Readable = ReadonlyMap<string, keyof Kept>;

const CHECKPOINT_EVERY = 25;

function definedStage<Settings>(
  name: string,
  definition: StageDefinition<Settings>,
  needs: readonly string[],
  readable: Readable,
): DefinedStage<Settings> {
  const part = `the stage '${name}'`;
  /** What the code of the experiment returns is checked where it is blamed for it. */
  const checked = <T>(
    work: ((input: StageInput<Settings>) => T | Promise<T>) | undefined,
    requireResult: (result: T) => void,
  ) =>
    work &&
    blaming(part, async (input: StageInput<Settings>) => {
      const result = await work(input);
      requireResult(result);
      return result;
    });
  const train = checked(definition.train, requireTraining);
  const weights = checked(definition.weights, requireWeights);
  const network = checked(definition.network, (owner) => requireNetwork('its file', owner));
  const measure = definition.measure && blaming(part, definition.measure);
  /** Others may be made at the same time, or later. */
  const requireReadable = (stage: string, kind: keyof Kept) => {
    const known = readable.get(stage);
    if (known === kind) return;
    throw new InputError(
      known
        ? `the stage '${stage}' keeps no ${kind}; read it by kept.${known}('${stage}')`
        : `it may read the stages that it needs, ${[...readable.keys()].join(', ') || 'none'}, and not '${stage}'; name that in needs`,
    );
  };
  const inputOf = (
    { store, signal }: StageContext,
    own: <T extends object>(holder: T) => T,
    key: Key,
    settings: Settings,
    onProgress: OnProgress,
  ): StageInput<Settings> => ({
    settings,
    key,
    kept: {
      weights: async (stage) => {
        requireReadable(stage, 'weights');
        return own(await keptWeights(store, stage));
      },
      measure: async (stage) => {
        requireReadable(stage, 'measure');
        return keptMeasure(store, stage);
      },
    },
    onProgress,
    signal,
  });
  return {
    name,
    measures: measure !== undefined,
    make(rootKey, settings) {
      if (measure)
        return measureStage(name, needs, (context, onProgress) =>
          owning(async (own) => {
            const value = await measure(inputOf(context, own, rootKey(), settings, onProgress));
            requirePlainJson(part, value);
            return value;
          }),
        );
      const options = { name, weights: name, needs, ...(train && { phase: name, logged: true }) };
      return ownedWeightsStage(options, (context) =>
        owning(async (own) => {
          const input = inputOf(context, own, rootKey(), settings, progressOf(context, name));
          if (weights) {
            const owner = await network?.(input);
            const made = await weights(input); // may hold kept tensors, which are disposed with this scope
            return { params: cloneParams(own(made)), network: owner };
          }
          const {
            start,
            checkpointEvery = CHECKPOINT_EVERY,
            numbers = () => ({}),
            ...phase
          } = await (train as NonNullable<typeof train>)(input);
          const training = {
            name,
            stage: name,
            phase: { key: input.key.child(name), ...phase },
            start: own(start ?? phase.network.init(input.key.child('init'))),
            checkpointEvery,
          };
          const params = await blaming(part, trainLogged)(context, training, (params) => loggable(numbers(params)));
          return { params, network: phase.network };
        }),
      );
    },
  };
}

/** What the log has of its own. */
const LOGGED = ['phase', 'step', 'loss', 'accuracy'];

/** Numbers for the log as they are, once what the log cannot keep is refused. */
function loggable(numbers: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  requireRecord('numbers must return a record of finite numbers, at once', numbers);
  for (const [name, value] of Object.entries(numbers)) {
    if (LOGGED.includes(name))
      throw new InputError(
        `numbers may not be called ${LOGGED.join(', ')}, which the log has of its own, got '${name}'`,
      );
    if (!Number.isFinite(value)) throw new InputError(`the number '${name}' must be finite, got ${String(value)}`);
  }
  return numbers;
}

function requireTraining(training: StageTraining): void {
  requireOptions<StageTraining>('a training', training, {
    network: true,
    objective: true,
    optimizer: true,
    batches: true,
    steps: true,
    key: true,
    start: true,
    checkpointEvery: true,
    numbers: true,
  });
  requireNetwork('a training', training.network);
}

function requireWeights(weights: Params): void {
  if (typeof weights !== 'object' || weights === null || weights instanceof Tensor)
    throw new InputError(`weights must return parameters, a record of tensors by name, got ${described(weights)}`);
  for (const [name, tensor] of Object.entries(weights)) requireTensor(`'${name}'`, tensor, ['float32', 'int32']);
}

function requireStage<Settings>(
  name: string,
  definition: StageDefinition<Settings>,
  before: readonly string[],
  after: readonly string[],
): void {
  requireName('a stage', name);
  requireOptions<StageDefinition<Settings>>(`the stage '${name}'`, definition, {
    needs: true,
    train: true,
    weights: true,
    network: true,
    measure: true,
  });
  const { train, weights, measure, needs = [] } = definition;
  const given = Object.entries({ train, weights, measure }).filter(([, work]) => work !== undefined);
  if (given.length !== 1 || typeof given[0][1] !== 'function')
    throw new InputError(
      `the stage '${name}' must have exactly one function train, weights or measure, got ${given.map(([kind, work]) => `${kind} (${described(work)})`).join(' and ') || 'none'}`,
    );
  if (definition.network !== undefined && weights === undefined)
    throw new InputError(
      `the stage '${name}' has network and no weights: a training knows its network, and a measurement has none`,
    );
  requireList(`needs of the stage '${name}' must be a list of names`, needs);
  const unknown = needs.find((need) => !before.includes(need));
  if (unknown !== undefined)
    throw new InputError(
      `the stage '${name}' needs '${unknown}', which is none of those before it: ${before.join(', ') || 'there are none'}${after.includes(unknown) ? `; put '${unknown}' first` : ''}`,
    );
}
