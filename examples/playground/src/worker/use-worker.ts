import { useMemo } from 'preact/hooks';
import { type Remote, remote } from './remote.ts';

/** The functions of a worker that starts with the component; `start` makes it, so that the bundler sees its file. */
export function useWorker<Functions>(
  start: () => Worker,
  names: readonly (keyof Functions & string)[],
): Remote<Functions> {
  return useMemo(() => remote<Functions>(start(), names), []);
}
