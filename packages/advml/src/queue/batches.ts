/** Values that are handed on together, now and then. */
export interface Batches<T> {
  /**
   * Adds one.
   *
   * @param value - What is to be handed on.
   */
  add(value: T): void;
  /** Hands on what is left, and ends. */
  end(): Promise<void>;
}

/**
 * Collects values and hands them on in batches, so that a thousand machines do not tell of every step.
 *
 * @param pause - Milliseconds between two batches at least.
 * @param hand - Takes a batch; what it throws is left to it.
 * @returns Where to add.
 */
export function inBatches<T>(pause: number, hand: (values: readonly T[]) => Promise<void>): Batches<T> {
  let values: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    const batch = values;
    values = [];
    if (batch.length > 0) await hand(batch);
  };
  return {
    add: (value) => {
      values.push(value);
      timer ??= setTimeout(flush, pause);
    },
    end: flush,
  };
}
