// A training run as the page sees it: it asks the worker for a few steps at a time, and so may stop between any two.
import type { Remote } from '../worker/remote.ts';
import type { Accuracies } from './accuracies.ts';
import { extended, type Kind, type Leg, nextLeg, stepsOf } from './course.ts';
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
  /** Trains on examples of a kind, so many steps. */
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
  let newest = 0;
  let jobs = Promise.resolve();

  const change = (changes: Partial<View>) => {
    view = { ...view, ...changes };
    show(view);
  };
  const course = () => view.progress?.course ?? [];

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
    const progress = await lab.advance(kind, steps);
    const moment = { step: stepsOf(progress.course), mixture: progress.neurons.mixture };
    change({ progress, moments: [...view.moments, moment] });
    if (moment.step % MEASURED === 0) await measure();
  };

  const measure = async () => {
    const last = view.moments[view.moments.length - 1];
    if (last.accuracies) return;
    const accuracies = await lab.measure();
    change({ moments: [...view.moments.slice(0, -1), { ...last, accuracies }], point: await lab.attack(example) });
  };

  const follow = async (to: readonly Leg[], goesOn: () => boolean) => {
    for (let leg = nextLeg(course(), to, CHUNK); leg && goesOn(); leg = nextLeg(course(), to, CHUNK))
      await advance(leg);
    await measure();
  };

  return {
    open: (setting, to) =>
      begin(async (goesOn) => {
        change({ status: 'starting', progress: undefined, moments: [], point: undefined });
        await lab.open(setting);
        await advance({ kind: 'clean', steps: 0 });
        if (to.length > 0) change({ status: 'training', goal: stepsOf(to) });
        await follow(to, goesOn);
      }),
    train: (kind, steps) =>
      begin(async (goesOn) => {
        change({ status: 'training', goal: undefined });
        await follow(extended(course(), kind, steps), goesOn);
      }),
    pause: () => begin(async () => undefined),
    choose(next) {
      example = next;
      lab.attack(next).then(
        (point) => change({ point }),
        () => undefined, // where the worker has failed, training says so
      );
    },
  };
}
