import type { OnRunEvent } from '@advml/experiments';
import { durationText, type Meter, meterOf } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds between two redraws of the status line, and between two lines where nobody watches. */
const REDRAW = 100;
const REPORT = 10_000;

/**
 * Shows a run to a person: stages as lines, progress as a status line, or as a line now and then where nobody watches.
 *
 * @param terminal - Where to write.
 * @returns A listener for the run.
 */
export function personListener(terminal: Terminal): OnRunEvent {
  const meters = new Map<string, Meter>();
  const started = new Map<string, number>();
  let shown = performance.now();
  return (event) => {
    if (event.type === 'note') terminal.note(event.message);
    if (event.type === 'stage') {
      meters.clear(); // the next seed's stages have the same names
      if (event.state === 'started') started.set(event.stage, performance.now());
      if (event.state === 'reused') terminal.note(`${event.stage}: done before`);
      if (event.state === 'finished') {
        const seconds = (performance.now() - (started.get(event.stage) ?? performance.now())) / 1000;
        terminal.note(`${event.stage}: done in ${durationText(seconds)}`);
      }
    }
    if (event.type === 'progress') {
      const meter = meters.get(event.stage) ?? meterOf(event.stage);
      meters.set(event.stage, meter);
      const line = meter.line(event.done, event.total);
      if (performance.now() - shown < (terminal.live ? REDRAW : REPORT)) return;
      shown = performance.now();
      if (terminal.live) terminal.status(line);
      else terminal.note(line);
    }
  };
}

/**
 * Shows a run to a program: every event as a line of JSON on standard output.
 *
 * @param terminal - Where to write.
 * @returns A listener for the run.
 */
export function machineListener(terminal: Terminal): OnRunEvent {
  return (event) => terminal.out(`${JSON.stringify(event)}\n`);
}
