import type { SafeTensor } from '@advml/formats';

/** Told what was not taken as it is. */
export type OnNote = (note: string) => void;

/** A file that a result belongs to. */
export interface Origin {
  /** Path of the file, name of the set, or folder of the run whose fresh examples these are. */
  readonly path: string;
  /** SHA-256 of the file or files; of the numbers themselves where they are none. */
  readonly sha256: string;
}

/** How images lie: channels last, as in this library, or first, as in PyTorch. */
export type Layout = 'nhwc' | 'nchw';

/** Inputs and labels as files have them. */
export interface RawExamples {
  /** Inputs, [n, ...]. */
  readonly x: SafeTensor;
  /** Labels, [n, ...], as files have them. */
  readonly y: SafeTensor;
  readonly origin: Origin;
  /** How images lie, where their kind of file tells. */
  readonly layout?: Layout;
  /** Where each stands in its data set. Default: 0, 1, 2, ... */
  readonly indices?: readonly number[];
}

/** Examples that are found and not yet read, or not yet taken. */
export interface ExampleFiles {
  /** How many there are. */
  readonly count: number;
  /** Those at some places, in that order. */
  take(places: readonly number[]): RawExamples | Promise<RawExamples>;
}

/** Product of some lengths. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
