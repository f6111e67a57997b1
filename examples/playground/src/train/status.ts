// Where training stands, in a sentence: it is read out whenever it changes, so it holds no number that changes with every step.
import { type Kind, type Leg, MOST, stepsOf } from './course.ts';
import { ENOUGH, type View } from './session.ts';

const next: Readonly<Record<Kind, string>> = {
  clean:
    'Compare clean and attacked accuracy. Then choose attacked examples, train on, and watch the veil in the picture.',
  attacked: 'Compare with before: what is left of the veil and of the features, and how many examples are proved.',
};

/** What the page says. */
export function statusText({ status, progress, goal, error }: View): string {
  const course = progress?.course ?? [];
  const leg = course.at(-1);
  if (status === 'failed') return `It failed: ${error}. Reset begins anew.`;
  if (status === 'starting') return 'Starting the worker …';
  if (status === 'waiting')
    return leg ? paused(leg, stepsOf(course)) : 'Ready. Press Train: first the network learns from clean examples.';
  if (goal !== undefined) return `Going back to step ${goal}, where training stood when the page was left.`;
  return `Training on ${leg?.kind ?? 'clean'} examples.`;
}

function paused({ kind, steps }: Leg, all: number): string {
  if (all >= MOST) return `Paused at step ${all}, the last one. Reset begins anew.`;
  return `Paused at step ${all}. ${steps >= ENOUGH[kind] ? next[kind] : 'Train goes on from here.'}`;
}
