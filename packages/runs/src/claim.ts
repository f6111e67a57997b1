/** A claim of the paper, measured. */
export interface Claim {
  /** Its number, such as `C3`. */
  readonly id: string;
  /** What is claimed, in a sentence. */
  readonly statement: string;
  /** What the number is, such as `robust accuracy of w'`. */
  readonly quantity: string;
  /** The number that decides it. */
  readonly value: number;
  /** Its 95% interval: over examples in one run, over seeds in several; null where it makes no sense. */
  readonly interval: readonly [number, number] | null;
  /** What the number must reach, such as `> 0.99`; see `ClaimRule`. */
  readonly bar: string;
  /** Whether it does. */
  readonly holds: boolean;
  /** The attack that gave the number, where one did. */
  readonly attack?: string;
  /** The certifier that proved the number, where one did. */
  readonly certifier?: string;
  /** Other numbers that belong to it. */
  readonly detail: Readonly<Record<string, unknown>>;
}
