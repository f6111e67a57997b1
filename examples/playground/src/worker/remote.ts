// The page's end: the functions of a worker as functions that give promises.
import type { Answer } from './serve.ts';

/** The same functions, answered later. */
export type Remote<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (...args: infer Args) => infer Value
    ? (...args: Args) => Promise<Awaited<Value>>
    : never;
};

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The functions that a worker serves; all fail once the worker has failed. `onDone` is told what share of a call is done, if the worker tells. */
export function remote<Functions>(
  worker: Worker,
  names: readonly (keyof Functions & string)[],
  onDone?: (share: number) => void,
): Remote<Functions> {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let failure: Error | undefined;
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    if ('done' in data) return onDone?.(data.done);
    const caller = waiting.get(data.id);
    waiting.delete(data.id);
    if ('error' in data) caller?.reject(new Error(data.error));
    else caller?.resolve(data.value);
  };
  worker.onerror = ({ message }) => {
    failure = new Error(`the worker stopped: ${message}`);
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  const call =
    (name: string) =>
    (...args: unknown[]) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        const id = calls++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, name, args });
      });
  return Object.fromEntries(names.map((name) => [name, call(name)])) as Remote<Functions>;
}
