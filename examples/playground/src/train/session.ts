// A training run as the page sees it: it asks the worker for a few steps at a time, and so may stop between any two.
import type { Remote } from '../worker/remote.ts';
import type { Accuracies } from './accuracies.ts';
import { extended, type Kind, type Leg, MOST, nextLeg, stepsOf } from './course.ts';
import type { Progress } from './lab.ts';
import type { Attacked } from './point.ts';
import type { Setting } from './setting.ts';
import type { LabCalls } from './worker.ts';

/** Steps between two pictures of the neurons. */
export const CHUNK = 5;

/** Steps between two measurements of the accuracies. */
const MEASURED = 20;

/** Steps after which training of a kind pauses by itself: not much changes any more. */
export const ENOUGH: Readonly<Record<Kind, number>> = { clean: 200, attacked: 400 };

/** Numbers of one moment of training. */
export interface Moment {
  readonly step: number;
  readonly mixture: number;
  /** Measured at some of the moments. */
  readonly accuracies?: Accuracies;
}

/** What the page shows. */
export interface View {
  /** Whether the worker is starting, training, waiting for the visitor, or has failed. */
  readonly status: 'starting' | 'training' | 'waiting' | 'failed';
  /** What training has come to. */
  readonly progress?: Progress;
  /** All moments, in order. */
  readonly moments: readonly Moment[];
  /** The example under attack. */
  readonly point?: Attacked;
  /** The step that it goes back to, where the address said that training stood. */
  readonly goal?: number;
  /** Why it failed. */
  readonly error?: string;
}

/** What a visitor may do with a run. */
export interface Session {
  /** Begins anew with a setting, and follows a course. */
  open(setting: Setting, course: readonly Leg[]): void;
  /** Trains on examples of a kind, so many steps, as far as a course may go. */
  train(kind: Kind, steps: number): void;
  /** Stops after the steps at hand. */
  pause(): void;
  /** Attacks another example from now on. */
  choose(example: number): void;
}

/** A run in a worker; every change of what there is to see is shown. */
export function session(lab: Remote<LabCalls>, show: (view: View) => void): Session {
  let view: View = { status: 'starting', moments: [] };
  let example = 0;
  let [newest, opened] = [0, 0];
  let jobs = Promise.resolve();

  const change = (changes: Partial<View>) => {
    view = { ...view, ...changes };
    show(view);
  };
  const course = () => view.progress?.course ?? [];

  /** What the worker answers; nothing where another run was begun meanwhile. */
  const ofThisRun = async <Value>(answer: Promise<Value>): Promise<Value | undefined> => {
    const own = opened;
    const value = await answer;
    return own === opened ? value : undefined;
  };

  /** Does one job after the other; a new one makes those before it stop soon. */
  const begin = (job: (goesOn: () => boolean) => Promise<void>) => {
    const own = ++newest;
    const goesOn = () => own === newest;
    jobs = jobs
      .then(() => job(goesOn))
      .then(() => goesOn() && change({ status: 'waiting', goal: undefined }))
      .then(undefined, ({ message }: Error) => change({ status: 'failed', error: message }));
  };

  const advance = async ({ kind, steps }: Leg) => {
    const progress = await ofThisRun(lab.advance(kind, steps));
    if (!progress) return;
    const moment = { step: stepsOf(progress.course), mixture: progress.neurons.mixture };
    change({ progress, moments: [...view.moments, moment] });
    if (moment.step % MEASURED === 0) await measure();
  };

  const measure = async () => {
    const last = view.moments.at(-1);
    if (!last || last.accuracies) return;
    const accuracies = await ofThisRun(lab.measure());
    const point = accuracies && (await ofThisRun(lab.attack(example)));
    if (point) change({ moments: [...view.moments.slice(0, -1), { ...last, accuracies }], point });
  };

  const follow = async (to: readonly Leg[], goesOn: () => boolean) => {
    for (let leg = nextLeg(course(), to, CHUNK); leg && goesOn(); leg = nextLeg(course(), to, CHUNK))
      await advance(leg);
    await measure();
  };

  return {
    open(setting, to) {
      opened++;
      change({ status: 'starting', progress: undefined, moments: [], point: undefined, goal: undefined });
      begin(async (goesOn) => {
        await lab.open(setting);
        await advance({ kind: 'clean', steps: 0 });
        if (to.length > 0) change({ status: 'training', goal: stepsOf(to) });
        await follow(to, goesOn);
      });
    },
    train: (kind, steps) =>
      begin(async (goesOn) => {
        change({ status: 'training', goal: undefined });
        const more = Math.min(steps, MOST - stepsOf(course()));
        if (more > 0) await follow(extended(course(), kind, more), goesOn);
      }),
    pause: () => begin(async () => undefined),
    choose(next) {
      example = next;
      ofThisRun(lab.attack(next)).then(
        (point) => point && change({ point }),
        () => undefined, // where the worker has failed, training says so
      );
    },
  };
}
