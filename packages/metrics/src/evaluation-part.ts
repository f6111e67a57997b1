import type { Outcome } from './attack-slice.ts';
import type { Proven } from './certify-slice.ts';

/** How some examples fared under one attack, or what one certifier said of them: plain data, such as one line of a file. */
export interface EvaluationPart<T = Outcome | Proven> {
  /** A digest of the examples and of the model's margins on them; the attack, its threat and its key in words, or the certifier and its threat. */
  readonly job: string;
  /** Where the examples stand in the batch. */
  readonly positions: readonly number[];
  /** How each of them fared. */
  readonly outcomes: readonly T[];
  /** What the attack, or the certifier, warned of. */
  readonly warnings: readonly string[];
}
