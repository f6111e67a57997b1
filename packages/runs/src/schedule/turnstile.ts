import { yieldToEventLoop } from '@advml/core/internal';

/** Does work when it is its turn: that of the lowest rank first. */
export type Turnstile = <T>(rank: number, work: () => Promise<T>) => Promise<T>;

/**
 * Lets some pieces of work through at a time; of those that wait, the one of the lowest rank goes first.
 *
 * @param lanes - How many at a time.
 * @returns A function that does a piece of work when it is its turn.
 */
export function turnstile(lanes: number): Turnstile {
  let free = lanes;
  const waiting: { readonly rank: number; readonly enter: () => void }[] = [];
  const admit = async () => {
    await yieldToEventLoop(); // whatever else can begin now takes its place in the queue first
    waiting.sort((a, b) => a.rank - b.rank);
    for (const { enter } of waiting.splice(0, free)) {
      free -= 1;
      enter();
    }
  };
  return async (rank, work) => {
    await new Promise<void>((enter) => {
      waiting.push({ rank, enter });
      void admit();
    });
    try {
      return await work();
    } finally {
      free += 1;
      void admit();
    }
  };
}
