import { durationText } from '@advml/core/internal';
import type { SweepEvent } from '@advml/runs/disk';
import type { Terminal } from './terminal.ts';

/**
 * Shows to a person what a worker does: a line for each run that begins and ends.
 *
 * @param terminal - Where to write.
 * @returns A listener.
 */
export function workerListener(terminal: Terminal): (event: SweepEvent) => void {
  const began = new Map<string, number>();
  return (event) => {
    if (event.type === 'within' && event.event.type === 'note') terminal.note(`${event.run}: ${event.event.message}`);
    if (event.type !== 'run') return;
    const { run, state, error } = event;
    const seconds = (performance.now() - (began.get(run) ?? performance.now())) / 1000;
    began.delete(run);
    if (state === 'started') {
      began.set(run, performance.now());
      terminal.note(`${run} begins`);
    }
    if (state === 'finished') terminal.note(`${run}: done in ${durationText(seconds)}`);
    if (state === 'failed') terminal.note(`${run} failed: ${error}`, 'red');
    if (state === 'stopped') terminal.note(`${run} is given back`);
  };
}
