import { durationText } from '@advml/core/internal';
import type { OnRunEvent } from '@advml/runs';
import { type Meter, meterOf } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds between two redraws of the status line, and between two lines where nobody watches. */
const REDRAW = 100;
const REPORT = 10_000;

/** A stage at work. */
interface AtWork {
  readonly meter: Meter;
  readonly done: number;
  readonly total: number;
}

/** What is at work: one stage in full, several in brief. */
function statusOf(stages: readonly AtWork[]): string {
  return stages.map(({ meter, done, total }) => meter.line(done, total, stages.length > 1)).join(' | ');
}

/**
 * Shows a run to a person: stages as lines, progress as a status line, or as a line now and then where nobody watches.
 *
 * @param terminal - Where to write.
 * @returns A listener for the run.
 */
export function personListener(terminal: Terminal): OnRunEvent {
  const atWork = new Map<string, AtWork>();
  const started = new Map<string, number>();
  let shown = performance.now();
  let [made, stages] = [0, 0];
  /** A line about a stage that is made, with its number among all. */
  const told = (line: string) => {
    made += 1;
    terminal.note(stages > 0 ? `[${made}/${stages}] ${line}` : line);
  };
  return (event) => {
    if (event.type === 'note') terminal.note(event.message);
    if (event.type === 'plan') {
      const { experiment, preset, seeds, location } = event;
      stages = event.stages;
      const which = seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`;
      terminal.note(`${experiment}, preset ${preset}, ${which}: ${stages} stages, kept in ${location}`);
      if (event.caveat) terminal.note(event.caveat, 'gray');
    }
    if (event.type !== 'stage' && event.type !== 'progress') return;
    const name = event.seed === undefined ? event.stage : `seed ${event.seed}, ${event.stage}`;
    if (event.type === 'stage') {
      if (event.state === 'started') {
        started.set(name, performance.now());
        terminal.status(`${name} begins`);
      }
      if (event.state === 'reused') told(`${name}: done before`);
      if (event.state === 'finished') {
        const seconds = (performance.now() - (started.get(name) ?? performance.now())) / 1000;
        told(`${name}: done in ${durationText(seconds)}`);
        atWork.delete(name);
      }
      return;
    }
    const { meter } = atWork.get(name) ?? { meter: meterOf(name) };
    meter.line(event.done, event.total); // the rate counts from here
    atWork.set(name, { meter, done: event.done, total: event.total });
    if (performance.now() - shown < (terminal.live ? REDRAW : REPORT)) return;
    shown = performance.now();
    const line = statusOf([...atWork.values()]);
    if (terminal.live) terminal.status(line);
    else terminal.note(line);
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
