// The worker's end: functions that a page may call. Calls are answered one after the other, in the order in which they come.

/** A call as it is sent. */
export interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What is sent back: a value, or why there is none; before that, perhaps, what share of it is done. */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly done: number };

/** Tells the page what share of a call is done. */
export const tell = (done: number): void => postMessage({ done } satisfies Answer);

/** Answers the calls of the page that started this worker, once it is ready. */
export function serve(
  functions: Readonly<Record<string, (...args: never[]) => unknown>>,
  ready: Promise<unknown>,
): void {
  let before = ready;
  const answer = async ({ id, name, args }: Call): Promise<Answer> => {
    try {
      await ready;
      return { id, value: await functions[name](...(args as never[])) };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  };
  addEventListener('message', ({ data }: MessageEvent<Call>) => {
    before = before.catch(() => undefined).then(async () => postMessage(await answer(data)));
  });
}
