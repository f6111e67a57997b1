import { durationText } from '@advml/core/internal';
import { type Claim, numberOf, type RunEvent } from '@advml/runs';
import type { SweepEvent } from '@advml/runs/disk';
import { type Meter, meterOf, shareOf } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds between two redraws of the table, and between two lines where nobody watches. */
const REDRAW = 200;
const REPORT = 10_000;

/** Runs that must have been made before anybody can guess how long all of them take. */
const ENOUGH = 2;

/** A run at work. */
interface AtWork {
  readonly name: string;
  readonly meter: Meter;
  readonly began: number;
  readonly claims: Claim[];
  stages: number;
  made: number;
  /** The stages at hand, with the share of each that is done. */
  readonly shares: Map<string, number>;
}

/** Takes in what a run tells. */
function follow(run: AtWork, event: RunEvent): void {
  if (event.type === 'plan') run.stages = event.stages;
  if (event.type === 'claim') run.claims.push(event.claim);
  if (event.type === 'progress') run.shares.set(event.stage, shareOf(event.done, event.total));
  if (event.type !== 'stage') return;
  if (event.state === 'started') run.shares.set(event.stage, 0);
  else {
    run.made += 1;
    run.shares.delete(event.stage);
  }
}

/** A run at work in a line: what it does, how far it is, and the time that is left of it. */
function rowOf({ name, meter, began, stages, made, shares }: AtWork): string {
  const [stage = 'begins'] = shares.keys();
  if (stages === 0) return `${name}, ${durationText((performance.now() - began) / 1000)}`; // seen from outside
  const done = made + [...shares.values()].reduce((sum, share) => sum + share, 0);
  return `${meter.line(done, stages, true)}, ${stage}`;
}

const verdict = (claim: Claim): string =>
  `${claim.id} ${numberOf({ ...claim, interval: null })}${claim.holds ? '' : ' (does not hold)'}`;

/**
 * Shows a sweep to a person: a table of the runs at work, redrawn in place, and a line for each that ends.
 *
 * @param terminal - Where to write.
 * @returns A listener for the sweep.
 */
export function sweepListener(terminal: Terminal): (event: SweepEvent) => void {
  const atWork = new Map<string, AtWork>();
  let [runs, kept, finished, failed] = [0, 0, 0, 0];
  let began = performance.now();
  let shown = began;
  const ended = () => kept + finished + failed;
  const left = (): string => {
    const open = runs - ended();
    if (finished < ENOUGH || open === 0) return '';
    return `, about ${durationText((open * (performance.now() - began)) / (finished + failed) / 1000)} left`;
  };
  const summary = (): string => `${ended()}/${runs} runs${failed > 0 ? `, ${failed} failed` : ''}${left()}`;
  let isDue = false;
  const draw = () => {
    const wait = (terminal.live ? REDRAW : REPORT) - (performance.now() - shown);
    if (wait > 0) {
      if (!isDue) setTimeout(drawLater, wait).unref();
      isDue = true;
      return;
    }
    shown = performance.now();
    const rows = [...atWork.values()].map(rowOf);
    if (terminal.live) terminal.status([summary(), ...rows.map((row) => `  ${row}`)].join('\n'));
    else terminal.note([summary(), ...rows].join(' | '));
  };
  const drawLater = () => {
    isDue = false;
    if (atWork.size > 0) draw();
  };
  const begin = (name: string) => {
    const place = { name, meter: meterOf(name), began: performance.now(), claims: [], stages: 0, made: 0 };
    atWork.set(name, { ...place, shares: new Map() });
  };
  /** The end of a run; one whose beginning was not seen has no time. */
  const end = (name: string): string => {
    const { began, claims } = atWork.get(name) ?? { began: undefined, claims: [] };
    atWork.delete(name);
    const time = began === undefined ? '' : ` in ${durationText((performance.now() - began) / 1000)}`;
    return `done${time}${left()}${claims.length > 0 ? '; ' : ''}${claims.map(verdict).join(', ')}`;
  };
  return (event) => {
    if (event.type === 'plan') {
      [runs, kept, finished, failed] = [event.runs, 0, 0, 0]; // each rung of a halving is told as a sweep
      began = performance.now();
      terminal.note(`${runs} runs, kept in ${event.location}`);
      for (const caveat of event.caveats) terminal.note(caveat, 'gray');
      return;
    }
    if (event.type === 'within') {
      const run = atWork.get(event.run);
      if (run) follow(run, event.event);
      if (event.event.type === 'note') terminal.note(`${event.run}: ${event.event.message}`);
      return draw();
    }
    const { run: name, state, error } = event;
    if (state === 'kept') {
      kept += 1;
      terminal.note(`[${ended()}/${runs}] ${name}: done before`);
    }
    if (state === 'started') begin(name);
    if (state === 'finished') {
      finished += 1;
      terminal.note(`[${ended()}/${runs}] ${name}: ${end(name)}`);
    }
    if (state === 'failed') {
      failed += 1;
      atWork.delete(name);
      terminal.note(`[${ended()}/${runs}] ${name} failed: ${error}`, 'red');
    }
    if (state === 'stopped') atWork.delete(name);
    draw();
  };
}
