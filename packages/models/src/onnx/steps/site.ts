import type { LinearMap } from '@advml/core';
import { linearMap } from '@advml/core/internal';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { evaluate } from '../graph/evaluate.ts';
import type { Node } from '../graph/node.ts';
import { roomOf } from '../graph/room.ts';
import { graphValue } from '../graph/value.ts';

/** A node whose step is asked for: one of its inputs comes from the data, the others are constants. */
export interface Site {
  /** The node. */
  readonly node: Node;
  /** Number of the input that comes from the data. */
  readonly data: number;
  /** Shape of that input for one example. */
  readonly input: readonly number[];
  /** Shape of the first output for one example. */
  readonly output: readonly number[];
  /** The constants among the inputs, by number. */
  readonly constants: readonly (Tensor | undefined)[];
}

/**
 * The node as a function of the data, with other constants than its own.
 *
 * @param site - The node.
 * @param constants - Its constants, by number; called within a `tidy`. Default: its own.
 * @returns The map, if the node is linear in the data then.
 */
export function mapOf(
  { node, data, input, constants }: Site,
  others: () => readonly (Tensor | undefined)[] = () => constants,
): LinearMap {
  return linearMap(
    (x) =>
      tidy(() => {
        const inputs = others().map((constant) => constant && graphValue(constant));
        inputs[data] = graphValue(x);
        return evaluate(node, inputs, new Map(), roomOf(Infinity))[0].plain();
      }),
    input,
  );
}
