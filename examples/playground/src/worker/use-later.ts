import { type Inputs, useEffect, useState } from 'preact/hooks';

/**
 * What a promise gives, once it does; only that of the newest one counts.
 *
 * @param work - Begins anew when an input changes; nothing where there is nothing to do yet.
 * @param inputs - What the work depends on.
 * @param fail - Told why there is no result.
 * @returns The last result; nothing before the first.
 */
export function useLater<Value>(
  work: () => Promise<Value> | undefined,
  inputs: Inputs,
  fail: (error: Error) => void,
): Value | undefined {
  const [value, setValue] = useState<Value>();
  useEffect(() => {
    let isNewest = true;
    work()?.then(
      (next) => isNewest && setValue(next),
      (error) => isNewest && fail(error),
    );
    return () => {
      isNewest = false;
    };
  }, inputs);
  return value;
}
