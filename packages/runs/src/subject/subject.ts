import { type Batch, InputError, type Network, type Threat } from '@advml/core';

/** Numbered examples, such as an `ExampleSet` of `@advml/data`. */
export interface SubjectExamples {
  /** How many there are. */
  readonly count: number;
  /**
   * The first of them.
   *
   * @param count - How many.
   * @returns The examples; `x` and `y` are owned by the caller.
   */
  take(count: number): Batch;
}

/** A network that an experiment trains, and what it is judged by. */
export interface Subject {
  /** Its name, which its weights have too: `clean`, `robust`, `robust-linf` and so on. */
  readonly name: string;
  /** The network, without its weights. */
  readonly network: Network;
  /** Fresh examples that no training sees. */
  readonly examples: SubjectExamples;
  /** What attackers may do, the threat of its claims first. */
  readonly threats: readonly Threat[];
  /** The measurement whose `clean.value` is its accuracy without an attacker, to compare with. Default: none. */
  readonly measure?: string;
}

/**
 * The one that a name means, among those that an experiment has.
 *
 * @param name - What the user said.
 * @param known - All names.
 * @returns The name.
 * @throws InputError if it is none of them.
 */
export function oneOf<Name extends string>(name: string, known: readonly Name[]): Name {
  const found = known.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  throw new InputError(`the network of a run must be one of ${known.join(', ')}, got '${name}'`);
}
