import type { Box } from '@advml/core';
import type { Trust } from '../experiment.ts';
import type { ImageNetworkShape } from './network.ts';

/** Norms by the names that the command line has for them. */
export type NormName = 'l1' | 'l2' | 'linf';

/** A network and examples in files. */
export interface FilesSource {
  readonly from: 'files';
  /** Path of the weights. */
  readonly weights: string;
  /** Name of the network, where the weights do not say it. */
  readonly network?: string;
  /** What such weights do not tell. */
  readonly shape: ImageNetworkShape;
  /** Path of the examples. */
  readonly data: string;
  /** What inputs are divided by. Default: 255 for bytes. */
  readonly divideBy?: number;
}

/** A network of a run, with the run's own fresh examples. */
export interface RunSource extends Trust {
  readonly from: 'run';
  /** Folder of the run. */
  readonly folder: string;
  /** Which network. */
  readonly of: string;
}

/** How hard a certifier works, where the user says it. */
export interface CertifierWork {
  /** Parts of the threat that an exact search may look at for a margin. */
  readonly nodes?: number;
  /** Steps of gradient ascent on the slopes of CROWN. */
  readonly slopeSteps?: number;
  /** The most evaluations of the joint bound's dual of an example. */
  readonly jointSteps?: number;
}

/** How randomized smoothing works. */
export interface SmoothingWork {
  /** Standard deviation of the noise, in input units. */
  readonly sigma: number;
  /** Noisy inputs whose votes are counted, of each example. */
  readonly samples?: number;
  /** Probability that a certificate is wrong. */
  readonly alpha?: number;
}

/** How a network is certified. */
export interface CertifyRequest extends CertifierWork {
  /** Name of the certifier. */
  readonly certifier: string;
  /** Noise and votes, where its deviation is said. */
  readonly smoothing?: SmoothingWork;
}

/** Everything that decides an attack, in plain data: it goes to a thread, and into `attack.json` or `certify.json`. */
export interface AttackRequest {
  /** What is attacked. */
  readonly source: FilesSource | RunSource;
  /** How many examples, the first ones. */
  readonly examples?: number;
  /** Norm. Default: for a run, that of its claims. */
  readonly norm?: NormName;
  /** Radius. Default: for a run, its own in that norm. */
  readonly eps?: number;
  /** Range of the inputs. Default: for a run, its own. */
  readonly box?: Box;
  /** Further radii. */
  readonly curve: readonly number[];
  /** Name of the battery. */
  readonly battery: string;
  /** Its work. */
  readonly work: { readonly steps?: number; readonly queries?: number; readonly targets?: number };
  readonly seed: number;
  /** What is proved beside. Default: nothing. */
  readonly certify?: CertifyRequest;
}
