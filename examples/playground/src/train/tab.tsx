// Training and attack of the two-layer network on sparse-coding data.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { address, useAddress, write } from '../address.ts';
import { useWorker } from '../worker/use-worker.ts';
import { Controls } from './controls.tsx';
import { courseText, type Kind, type Leg, parseCourse, stepsOf } from './course.ts';
import { Curves } from './curves.tsx';
import { HeatMap } from './heat-map.tsx';
import { Point } from './point-view.tsx';
import { CHUNK, ENOUGH, type Session, session, type View } from './session.ts';
import { addressOf, allowed, exampleField, type Setting, settingOf } from './setting.ts';
import { Settings } from './settings.tsx';
import { statusText } from './status.ts';
import type { LabCalls } from './worker.ts';

const startWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

/** A worker, and the run in it; `which` tells one worker from the next. */
function useSession(which: number): readonly [View, Session] {
  const [view, show] = useState<View>({ status: 'starting', moments: [] });
  const lab = useWorker<LabCalls>(startWorker, ['open', 'advance', 'measure', 'attack'], which);
  const run = useMemo(() => session(lab, show), [lab]);
  return [view, run];
}

/** Milliseconds between two notes in the address: browsers allow only so many. */
const PATIENCE = 1000;

/** What an address says of a run. */
const placeIn = (address: URLSearchParams): string => JSON.stringify([settingOf(address), address.get('run')]);

/** Notes in the address where training stands, if it is still the address of the run at `place`. */
function useNote(course: readonly Leg[], isTraining: boolean, place: { current?: string }): void {
  const noted = useRef(0);
  useEffect(() => {
    if (course.length === 0 || (isTraining && performance.now() - noted.current < PATIENCE)) return;
    if (placeIn(address()) !== place.current) return;
    noted.current = performance.now();
    write({ run: courseText(course) }, 'replace');
    place.current = placeIn(address());
  }, [course, isTraining]);
}

const none: readonly Leg[] = [];

/** Steps until training of a kind pauses by itself. */
function remaining(course: readonly Leg[], kind: Kind): number {
  const last = course.at(-1);
  return ENOUGH[kind] - (last?.kind === kind ? last.steps % ENOUGH[kind] : 0);
}

export function TrainTab() {
  const now = useAddress();
  const setting = settingOf(now);
  const example = allowed(exampleField, now.get('point'));
  const [beginnings, setBeginnings] = useState(0);
  const [failures, setFailures] = useState(0);
  const [view, run] = useSession(failures);
  const course = view.progress?.course ?? none;
  const isTraining = view.status === 'training';
  const [kind, setKind] = useState<Kind>('clean');
  const place = useRef<string | undefined>(undefined);

  // An address that the page has not noted itself, be it from the form or from the browser's buttons, begins a new run.
  useEffect(() => {
    if (placeIn(now) === place.current) return;
    place.current = placeIn(now);
    const to = parseCourse(now.get('run'));
    setKind(to.at(-1)?.kind ?? 'clean');
    run.open(setting, to);
  }, [run, placeIn(now), beginnings]);
  useEffect(() => run.choose(example), [run, example]);
  useNote(course, isTraining, place);

  const turnTo = (next: Kind) => {
    setKind(next);
    if (isTraining) run.train(next, remaining(course, next));
  };
  const reset = (next: Setting) => {
    place.current = undefined;
    setBeginnings((count) => count + 1);
    if (view.status === 'failed') setFailures((count) => count + 1);
    write({ ...addressOf(next), run: undefined }, 'push');
  };
  return (
    <>
      <p class="lead">
        A two-layer network learns to tell which way a few hidden features vote. Each input is a sum of about two of{' '}
        {setting.dimension} features. Train it, look at what its neurons become, and attack it.
      </p>
      <div class="panel">
        <Controls
          kind={kind}
          isTraining={isTraining}
          isReady={isTraining || view.status === 'waiting'}
          hasBegun={view.status !== 'starting'}
          setKind={turnTo}
          start={() => run.train(kind, remaining(course, kind))}
          pause={run.pause}
          step={() => run.train(kind, CHUNK)}
          reset={() => reset(setting)}
        />
        <p class="status" role="status">
          {statusText(view)}
        </p>
        <p class="facts">
          step <b data-figure="step">{stepsOf(course)}</b>,{' '}
          <b data-figure="speed">{Math.round(view.progress?.speed ?? 0)}</b> steps a second, weights{' '}
          <b data-figure="digest">{view.progress?.digest ?? '–'}</b>
        </p>
        <Settings setting={setting} apply={reset} />
      </div>
      <div class="figures">
        <HeatMap neurons={view.progress?.neurons} />
        <div class="column">
          <Curves moments={view.moments} course={course} dimension={setting.dimension} />
        </div>
        <Point point={view.point} tau={setting.tau} example={example} />
      </div>
    </>
  );
}
