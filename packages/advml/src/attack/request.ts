import type { Box } from '@advml/core';
import type { Trust } from '../experiment.ts';
import type { Choice } from './data/chosen.ts';
import type { Layout } from './data/raw-examples.ts';
import type { DataSource } from './data/read-examples.ts';
import type { Standardizing } from './model/standardized.ts';
import type { ImageNetworkShape } from './network.ts';

/** Norms by the names that the command line has for them. */
export type NormName = 'l0' | 'l1' | 'l2' | 'linf';

/** A model and examples in files. */
export interface FilesSource extends Omit<DataSource, keyof Choice>, Standardizing {
  readonly from: 'files';
  /** Path of the model. */
  readonly model: string;
  /** Name of the network, where the model is weights that do not say it. */
  readonly network?: string;
  /** What such weights do not tell. */
  readonly shape: ImageNetworkShape;
  /** What inputs are divided by. Default: 255 for bytes. */
  readonly divideBy?: number;
  /** How images lie in the data. Default: as the model takes them, or as their kind of file says. */
  readonly layout?: Layout;
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
  readonly samples: number;
  /** Probability that a certificate is wrong. */
  readonly alpha: number;
}

/** How a network is certified. */
export interface CertifyRequest extends CertifierWork {
  /** Name of the certifier. */
  readonly certifier: string;
  /** Noise and votes, where its deviation is said. */
  readonly smoothing?: SmoothingWork;
}

/** Everything that decides an attack, in plain data: it goes to a thread, and into `attack.json` or `certify.json`. */
export interface AttackRequest extends Choice {
  /** What is attacked. */
  readonly source: FilesSource | RunSource;
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
  /** Whether each attack gets only what those before it left. */
  readonly survivors?: boolean;
  readonly seed: number;
  /** What is proved beside. Default: nothing. */
  readonly certify?: CertifyRequest;
}
