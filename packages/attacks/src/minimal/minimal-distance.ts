import { type Attack, type Key, randomDelta, type Threat } from '@advml/core';
import { type Dialogue, now, requireInteger, unlessSpent } from '@advml/core/internal';
import { type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { graded } from '../search/graded.ts';
import { owning } from '../search/owning.ts';
import { scaleRows } from '../search/rows.ts';
import { type Found, meetsGoal, type SearchTask, someDistance } from '../search/search.ts';
import { asked, type Chase, chaseAfter, visit } from './chase.ts';
import { polish } from './polish.ts';

/** What every attack that looks for the closest adversarial example may be told. */
export interface MinimalDistanceOptions {
  /**
   * The norm in which closeness is measured and, if any, the box that inputs must stay in. An adversarial example counts if
   * it is within the radius; with an infinite one, wherever it is.
   */
  readonly threat: Threat;
  /**
   * Searches, the closest find of which counts. Default: 1, 4 for `ddn`, `fab`, `fmn` and `pdpgd`. The first starts at the inputs, the
   * others at random points that are no farther away than what was found before. One more is spent on an example where none found
   * anything, if something adversarial is among 16 random points ever farther away.
   */
  readonly restarts?: number;
  /** Halvings of the way from each input to what was found, one pass forward each. Default: 10; 0 for none. */
  readonly lineSearch?: number;
  /**
   * Rounds in which what was found is drawn along the boundary, one gradient and six passes forward each. Default: 4, and 0 for
   * none.
   */
  readonly polish?: number;
}

/** Random points that are looked at where no search found anything. */
const SCANS = 16;

/** One search from the given perturbations [batch, ...], which it does not dispose; what it sees it notes in the chase. */
export type Pursuit = (chase: Chase, start: Tensor) => void;

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

/** Bisects the way from each input to its closest adversarial perturbation. */
function tighten(chase: Chase, halvings: number): void {
  const { delta } = chase.found();
  const low = chase.task.keys.map(() => 0);
  const high = chase.task.keys.map(() => 1);
  for (let halving = 0; halving < halvings; halving++) {
    const middle = low.map((share, place) => (share + high[place]) / 2);
    const reached = tidy(() => visit(chase, scaleRows(delta, middle)));
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

/** Works on some of the examples, if there are any. */
function onSome(chase: Chase, which: (place: number) => boolean, work: (some: Chase) => void): void {
  const places = [...chase.task.keys.keys()].filter(which);
  if (places.length === 0) return;
  const some = chase.only(places);
  work(some);
  for (const tensor of [some.task.x, some.task.labels]) tensor.dispose();
}

const isKnown = (chase: Chase) => (place: number) => chase.closest(place) < Infinity;

/** Judges random points, the later ones farther away. */
function scan(chase: Chase): void {
  const { threat, x, keys } = chase.task;
  for (let attempt = 0; attempt < SCANS; attempt++) {
    const radii = threat.radii.map((radius, place) =>
      Math.min(someDistance(chase.task, place) * 2 ** (attempt - SCANS / 4), radius),
    );
    const own = keys.map((key) => key.child('scan', attempt));
    tidy(() => visit(chase, randomDelta({ ...threat, radii }, x, own)));
  }
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
  const delta = scaleRows(found.delta, near);
  found.delta.dispose();
  return { ...found, delta };
}

/**
 * Looks for the closest adversarial example of each input that is right as it stands; the others are left alone.
 *
 * @param task - The examples.
 * @param look - Gets a chase after those that are right, and their places in the task.
 * @returns A dialogue that ends in what was found within the radii, and no change elsewhere.
 */
export const findClosest = (
  task: SearchTask,
  look: (chase: Chase, places: readonly number[]) => Dialogue<boolean>,
): Dialogue<Found> =>
  owning(function* (own) {
    const all = chaseAfter(task);
    const isSeen = yield* unlessSpent(asked(all, own(zerosLike(task.x))));
    if (!isSeen) return { ...withinRadii(all), cutShort: true };
    const right = [...task.keys.keys()].filter((place) => all.closest(place) > 0);
    if (right.length === 0) return withinRadii(all);
    const chase = all.only(right);
    own(chase.task.x);
    own(chase.task.labels);
    const isWhole = yield* unlessSpent(look(chase, right));
    return { ...withinRadii(all), cutShort: !isWhole };
  });

/**
 * An attack that looks for the closest adversarial example, from a pursuit that looks once.
 *
 * Inputs that are wrong as they stand are left alone. The others are pursued as often as told, and what was found is
 * drawn towards its input along a straight line, as far as it stays adversarial, and at last along the boundary.
 *
 * @param name - What the attack is with its settings.
 * @param options - See {@link MinimalDistanceOptions}.
 * @param pursue - Looks for close adversarial examples.
 * @returns A frozen attack.
 * @throws InputError if `restarts` is not a positive integer or `lineSearch` or `polish` is negative or not an integer.
 */
export function minimalDistance(
  name: string,
  { threat, restarts = 1, lineSearch = 10, polish: rounds = 4 }: MinimalDistanceOptions,
  pursue: Pursuit,
): Attack {
  requireInteger({ restarts }, 1);
  requireInteger({ lineSearch, polish: rounds });
  const look = (chase: Chase): void => {
    for (let restart = 0; restart < restarts; restart++) pursueOnce(chase, restart, pursue, lineSearch);
    const isLost = (place: number) => !isKnown(chase)(place);
    onSome(chase, isLost, (lost) => {
      scan(lost);
      onSome(lost, isKnown(lost), (seen) => {
        tighten(seen, lineSearch);
        pursueOnce(seen, restarts, pursue, lineSearch);
      });
    });
    onSome(chase, isKnown(chase), (known) => polish(known, rounds));
  };
  const search = (task: SearchTask): Found =>
    now(
      // biome-ignore lint/correctness/useYield: what follows gradients cannot wait
      findClosest(task, function* (chase) {
        look(chase);
        return true;
      }),
    );
  const label = restarts > 1 ? `${name}, ${restarts} restarts` : name;
  return graded(label, threat, search);
}
