import type { Classifier, Key, Network, Params } from '@advml/core';
import {
  lazy,
  polynomial,
  randomFeatures,
  type SymmetricTwoLayer,
  symmetricTwoLayer,
  tangent,
  withFixed,
} from '@advml/networks';
import { mul, sub, tidy } from '@tensorflow/tfjs-core';
import type { Kind } from './measures.ts';
import type { LowComplexitySetting } from './setting.ts';

/** A model at its start, for inputs in the dictionary's coordinates. */
export interface Started {
  /** The model as a function of the parameters that are trained. */
  readonly network: Network;
  /** Those parameters; owned by the caller. */
  readonly start: Params;
  /** The parameters that stay, which the network goes on using; owned by the caller. */
  readonly held: Params;
  /** A smoother model for the attack, where the model's own gradient is blind to gates. */
  readonly surrogate?: (params: Params) => Classifier;
}

/** A model of low complexity. */
export interface LowComplexityModel {
  /** Name of its stage, such as `tangent`. */
  readonly name: string;
  /** What it is, for tables and figures. */
  readonly title: string;
  /** What it is an example of. */
  readonly kind: Kind;
  /** Adam's learning rate that suits it, which the grid multiplies. */
  readonly rate: number;
  /** Whether it is linear in x, so that what it withstands is known in closed form. */
  readonly isLinear?: boolean;
  /**
   * Makes the model.
   *
   * @param key - Decides what is random.
   * @returns The model.
   */
  readonly start: (key: Key) => Started;
}

/** A network whose parameters of some names stay as they are. */
function started(network: Network, params: Params, fixed: readonly string[]): Started {
  const part = (isHeld: boolean) =>
    Object.fromEntries(Object.entries(params).filter(([name]) => fixed.includes(name) === isHeld));
  const held = part(true);
  return { network: withFixed(network, held), start: part(false), held };
}

/** Noise that shows an attack which gates are about to switch, in units of sigma_0: about what tau moves a pre-activation by. */
const SMOOTHING = 0.1;

/** The paper's network at its initialization, without noise. */
function networkOf({ data, network }: LowComplexitySetting, threshold: number): SymmetricTwoLayer {
  const { neurons, initialDeviation } = network;
  const initialThreshold = threshold * initialDeviation;
  return symmetricTwoLayer({ inputs: data.dimension, neurons, initialDeviation, initialThreshold });
}

/** The tangent model of the network at its initialization, with a threshold in units of sigma_0. */
function tangentModel(setting: LowComplexitySetting, name: string, threshold: number): LowComplexityModel {
  const model = tangent(networkOf(setting, threshold));
  const smoothing = SMOOTHING * setting.network.initialDeviation;
  return {
    name,
    title: `tangent of the network, b = ${threshold} sigma_0`,
    kind: 'tangent',
    rate: 0.01,
    start(key) {
      const parts = started(model, model.init(key), model.fixed);
      return { ...parts, surrogate: (params) => model.surrogate({ ...params, ...parts.held }, smoothing) };
    },
  };
}

/** The network itself in the lazy regime, with its threshold held fast. */
function lazyNetwork(setting: LowComplexitySetting): LowComplexityModel {
  const scale = setting.lowComplexity.lazyScale;
  const network = networkOf(setting, setting.clean.biasStart);
  const model = lazy(network, { scale });
  const smoothing = SMOOTHING * setting.network.initialDeviation;
  return {
    name: 'lazy',
    title: `the network trained lazily, scale ${scale}`,
    kind: 'tangent',
    rate: 0.01 / scale,
    start(key) {
      const { weight, ...held } = model.init(key);
      const { bias } = held;
      const before = network.surrogate({ weight: held['initial.weight'], bias }, smoothing);
      const surrogate = (params: Params): Classifier => {
        const now = network.surrogate({ weight: params.weight, bias }, smoothing);
        return (x) => tidy(() => mul(sub(now(x), before(x)), scale));
      };
      return { network: withFixed(model, held), start: { weight }, held, surrogate };
    },
  };
}

/**
 * The models of claim C10, in the order of the report.
 *
 * Examples come as x and -x with opposite labels, so the even part of a polynomial cannot help it: those of degree 3 go
 * without.
 *
 * @param setting - A complete setting; the models depend on nothing else.
 * @returns The models.
 */
export function lowComplexityModels(setting: LowComplexitySetting): readonly LowComplexityModel[] {
  const { features, thresholds } = setting.lowComplexity;
  const inputs = setting.data.dimension;
  const [line, square] = ([1, 2] as const).map((degree) => polynomial({ inputs, degree }));
  const cube = polynomial({ inputs, degree: 3, odd: true });
  const count = Math.max(1, Math.round(features * inputs));
  const relus = randomFeatures({ inputs, features: count });
  const trained = (
    name: string,
    title: string,
    kind: Kind,
    rate: number,
    network: Network,
    fixed: readonly string[],
  ) => ({
    name,
    title,
    kind,
    rate,
    start: (key: Key) => started(network, network.init(key), fixed),
  });
  return [
    { ...trained('linear', 'linear', 'linear', 0.3, line, []), isLinear: true },
    trained('degree-2', 'polynomial of degree 2', 'polynomial', 0.1, square, []),
    trained('degree-3-random', 'degree 3, random cubes', 'polynomial', 0.001, cube, cube.fixed),
    trained('degree-3-trained', 'degree 3, trained cubes', 'polynomial', 0.003, cube, []),
    trained('random-features', `random features, ${count}`, 'random features', 0.03, relus, relus.fixed),
    tangentModel(setting, 'tangent', setting.clean.biasStart),
    ...thresholds.map((threshold, at) => tangentModel(setting, `tangent-${at + 1}`, threshold)),
    lazyNetwork(setting),
  ];
}
