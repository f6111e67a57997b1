import type { Pace } from '@advml/core/internal';
import { ascend, type JointNetwork } from './dual-ascent.ts';
import type { JointSearch } from './search.ts';

/** Whether a search has ended neither in a proof nor with an input that is wrong. */
const isOpen = ({ bound, reached }: JointSearch): boolean => bound <= 0 && reached > 0;

/**
 * Climbs until each search is decided, or the steps are over.
 *
 * @param network - The network.
 * @param searches - Changed.
 * @param steps - The most evaluations of the dual of one search.
 * @param verify - Verifies the best values of some searches.
 * @param pace - Told of every evaluation.
 * @returns The searches that are open still.
 */
export async function climb(
  network: JointNetwork,
  searches: readonly JointSearch[],
  steps: number,
  verify: (searches: readonly JointSearch[]) => void,
  pace: Pace,
): Promise<JointSearch[]> {
  const remaining = (some: readonly JointSearch[]) => {
    verify(some.filter(({ value, bound }) => value > 0 && bound <= 0));
    return some.filter(isOpen);
  };
  let open = remaining(searches);
  for (let step = 1; step <= steps && open.length > 0; step++) {
    ascend(network, open);
    open = remaining(open);
    await pace(open.length);
  }
  return open;
}
