import { useEffect, useMemo } from 'preact/hooks';
import { type Remote, remote } from './remote.ts';

/**
 * The functions of a worker that lives as long as the component, or until another is wanted.
 *
 * @param start - Makes the worker, so that the bundler sees its file.
 * @param names - Its functions.
 * @param which - Where it changes, another worker begins.
 */
export function useWorker<Functions>(
  start: () => Worker,
  names: readonly (keyof Functions & string)[],
  which = 0,
): Remote<Functions> {
  const worker = useMemo(start, [which]);
  useEffect(() => () => worker.terminate(), [worker]);
  return useMemo(() => remote<Functions>(worker, names), [worker]);
}
