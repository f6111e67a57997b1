import { type Attack, type Key, perturb, randomDelta, requireInteger, type Threat } from '@advml/core';
import { type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { type Chase, chaseAfter } from './chase.ts';
import { graded } from './graded.ts';
import { scaleRows } from './rows.ts';
import { type Found, meetsGoal, type SearchTask } from './search.ts';

/** What every attack that looks for the closest adversarial example may be told. */
export interface MinimalDistanceOptions {
  /**
   * The norm in which closeness is measured and, if any, the box that inputs must stay in. An adversarial example counts if
   * it is within the radius; with an infinite one, wherever it is.
   */
  readonly threat: Threat;
  /**
   * Searches, the closest find of which counts; 1 unless told. The first starts at the inputs, the others at random
   * points that are no farther away than what was found before.
   */
  readonly restarts?: number;
  /** Halvings of the way from each input to what was found, one pass forward each; 10 unless told, and 0 for none. */
  readonly lineSearch?: number;
}

/** One search from the given perturbations [batch, ...], which it does not dispose; what it sees it notes in the chase. */
export type Pursuit = (chase: Chase, start: Tensor) => void;

/** How far to look where nothing says how far: the example's radius, or one input unit if that is infinite or zero. */
export function someDistance({ threat }: SearchTask, place: number): number {
  const radius = threat.radii[place];
  return radius > 0 && radius < Infinity ? radius : 1;
}

/** The last of some perturbations, each made from the one before, which is disposed; `start` is not. */
export function iterated(start: Tensor, steps: number, next: (delta: Tensor, step: number) => Tensor): Tensor {
  let delta = start.clone();
  for (let step = 0; step < steps; step++) {
    const before = delta;
    delta = tidy(() => next(before, step));
    before.dispose();
  }
  return delta;
}

/** Judges perturbations with one pass forward; see `note`. */
export function judge(chase: Chase, delta: Tensor): Float32Array {
  const { model, threat, x, keys } = chase.task;
  for (const place of keys.keys()) chase.spend(place, { queries: 1 });
  return tidy(() => chase.note(delta, model(perturb(threat, x, delta))));
}

/** Bisects the way from each input to its closest adversarial perturbation. */
function tighten(chase: Chase, halvings: number): void {
  const { delta } = chase.found();
  const low = chase.task.keys.map(() => 0);
  const high = chase.task.keys.map(() => 1);
  for (let halving = 0; halving < halvings; halving++) {
    const middle = low.map((share, place) => (share + high[place]) / 2);
    const reached = tidy(() => judge(chase, scaleRows(delta, middle)));
    for (const [place, share] of middle.entries()) {
      (meetsGoal(chase.task, reached[place]) ? high : low)[place] = share;
    }
  }
  delta.dispose();
}

/** One more search after the same examples, with random numbers of its own. */
function pursueOnce(chase: Chase, restart: number, pursue: Pursuit, lineSearch: number): void {
  const keys = chase.task.keys.map((key) => key.child('restart', restart));
  const once = chaseAfter({ ...chase.task, keys });
  const start = restart === 0 ? zerosLike(chase.task.x) : startNear(chase, keys);
  pursue(once, start);
  start.dispose();
  tighten(once, lineSearch);
  chase.join(once);
}

/** Random points no farther away than what was found. */
function startNear({ task, closest }: Chase, keys: readonly Key[]): Tensor {
  const radii = keys.map((_, at) => {
    return closest(at) < Infinity ? Math.min(closest(at), task.threat.radii[at]) : someDistance(task, at);
  });
  const own = keys.map((key) => key.child('start'));
  return randomDelta({ ...task.threat, radii }, task.x, own);
}

/** What was found within the radii; zero, which is no change, elsewhere. The last bits of a size are rounding. */
function withinRadii(chase: Chase): Found {
  const found = chase.found();
  const near = chase.task.threat.radii.map((radius, place) => (chase.closest(place) <= radius * (1 + 1e-6) ? 1 : 0));
  return { ...found, delta: scaleRows(found.delta, near) };
}

/**
 * Looks for the closest adversarial example of each input that is right as it stands; the others are left alone.
 *
 * @param task - The examples.
 * @param look - Gets a chase after those that are right, and their places in the task.
 * @returns What was found within the radii, and no change elsewhere.
 */
export function findClosest(task: SearchTask, look: (chase: Chase, places: readonly number[]) => void): Found {
  const all = chaseAfter(task);
  tidy(() => judge(all, zerosLike(task.x)));
  const right = [...task.keys.keys()].filter((place) => all.closest(place) > 0);
  if (right.length > 0) look(all.only(right), right);
  return withinRadii(all);
}

/**
 * An attack that looks for the closest adversarial example, from a pursuit that looks once.
 *
 * Inputs that are wrong as they stand are left alone. The others are pursued as often as told, and what was found is
 * drawn towards its input along a straight line, as far as it stays adversarial.
 *
 * @param name - What the attack is with its settings.
 * @param options - See {@link MinimalDistanceOptions}.
 * @param pursue - Looks for close adversarial examples.
 * @returns A frozen attack.
 * @throws InputError if `restarts` is not a positive integer or `lineSearch` is negative or not an integer.
 */
export function minimalDistance(
  name: string,
  { threat, restarts = 1, lineSearch = 10 }: MinimalDistanceOptions,
  pursue: Pursuit,
): Attack {
  requireInteger({ restarts }, 1);
  requireInteger({ lineSearch });
  const search = (task: SearchTask): Found =>
    findClosest(task, (chase) => {
      for (let restart = 0; restart < restarts; restart++) pursueOnce(chase, restart, pursue, lineSearch);
    });
  const label = restarts > 1 ? `${name}, ${restarts} restarts` : name;
  return graded(label, threat, search);
}
