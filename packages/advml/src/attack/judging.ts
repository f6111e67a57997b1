import { AbortedError } from '@advml/core';
import { evaluationTable } from '@advml/metrics';
import { diskStore } from '@advml/runs/disk';
import { type Command, readArgs, readPath } from '../command.ts';
import { environment } from '../environment.ts';
import { interruptible } from '../interrupt.ts';
import { meterOf } from '../terminal/progress.ts';
import { cardOf, opinionText } from './card.ts';
import { leave, leaveSmoothed } from './leave.ts';
import type { SHARED } from './options.ts';
import { keptParts } from './parts.ts';
import { readRequest } from './read-request.ts';
import { isSmoothed } from './smooth-bench.ts';
import { smoothedTable } from './smoothed-table.ts';
import { attackInThreads } from './threads/in-threads.ts';
import { workersOf } from './threads/workers.ts';

/** Options that are given once. */
type Single = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: false }>>;

/** A command that judges a trained network. */
interface Judging extends Pick<Command, 'help'> {
  readonly name: 'attack' | 'certify';
  /** What goes on, for the progress. */
  readonly doing: string;
  /** What it takes. */
  readonly options: Single & typeof SHARED;
}

/** Folders that examples of commands leave things in. */
const FOLDERS = { attack: 'attacks', certify: 'certificates' } as const;

/** A command that judges a trained network, in threads that can be stopped, and leaves what it finds in a folder. */
export const judging = ({ name, doing, help, options }: Judging): Command => ({
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs<Single & typeof SHARED>(args, options);
    const request = readRequest(name, values, positionals);
    const workers = workersOf(values.workers, request);
    const store =
      values.out === undefined ? undefined : diskStore(readPath('out', values.out, `${FOLDERS[name]}/mine`));
    const parts = store && (await keptParts(store));
    const meter = meterOf(doing);
    try {
      const { found, backend } = await interruptible(terminal, (signal) =>
        attackInThreads(request, workers, {
          done: parts?.done ?? [],
          onPart: (part) => parts?.keep(part),
          onProgress: (done, total) => terminal.status(meter.line(done, total)),
          onNote: terminal.note,
          signal,
        }),
      ).finally(() => parts?.settled());
      const made = { ...found, environment: environment(backend) };
      if (store) await (isSmoothed(made) ? leaveSmoothed(store, made) : leave(store, name, made));
      const { records, ...summary } = made;
      const alarm = (line: string) => terminal.paint('red', line);
      const text = () =>
        isSmoothed(found)
          ? smoothedTable(found)
          : `${evaluationTable(found, alarm)}${opinionText(cardOf(found), alarm)}`;
      terminal.out(values.json ? `${JSON.stringify(summary)}\n` : text());
      return 0;
    } catch (error) {
      if (error instanceof AbortedError)
        terminal.note(store ? 'stopped; the same command goes on' : 'stopped; with --out the same command could go on');
      throw error;
    } finally {
      await parts?.release();
    }
  },
});
