import { type Attack, InputError, type Threat } from '@advml/core';
import {
  attackOn,
  type Dialogue,
  LARGEST_SIZE,
  now,
  requireInteger,
  requirePositive,
  settled,
} from '@advml/core/internal';
import { sub } from '@tensorflow/tfjs-core';
import { type AttackCall, attackFrom } from '../search/attack-from.ts';
import { graded } from '../search/graded.ts';
import { optionsOf } from '../search/options-of.ts';
import { owning } from '../search/owning.ts';
import { requireSettings } from '../search/require-settings.ts';
import { takeRows } from '../search/rows.ts';
import { asked, type Chase } from './chase.ts';
import { findClosest } from './minimal-distance.ts';

/** What {@link smallestEps} may do. */
export interface SmallestEpsOptions {
  /** The norm, the box, and the largest radius that counts, which may be infinite. */
  readonly threat: Threat;
  /** The first radius tried, in input units. Default: the threat's if that is finite, else 1. */
  readonly first?: number;
  /** Halvings of the range between radii that fail and radii that succeed, one attack each. Default: 10. */
  readonly halvings?: number;
}

/** How often the radius doubles at most before anything is found. */
const DOUBLINGS = 20;

/** One example's range of radii: the attack failed at `low` and succeeded at `high`. */
interface Range {
  readonly low: number;
  readonly high: number;
  readonly halvings: number;
}

/**
 * The smallest radius at which an attack fools each example: any attack with a fixed radius as one that looks for the
 * closest adversarial example.
 *
 * The radius doubles until the attack succeeds, then the range is halved, for each example by itself. What is found inside
 * a ball counts at its own distance, so an attack that does not use its whole radius saves halvings. Where that is less than a radius that
 * failed, the attack needs the room, and the range ends at the radius that was tried.
 *
 * @param make - Makes the attack for a threat of finite radius; it is called with examples' own radii within that.
 * @param options - See {@link SmallestEpsOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the attack is on another threat than it was told, `first` is not positive and finite or larger than the
 * threat's radius, or `halvings` is not a positive integer.
 * @example
 * ```ts
 * const attack = smallestEps((threat) => pgd({ threat, steps: 40 }), { threat: ball(linf, Infinity) });
 * const { distance } = attack(model, x, y, { key: key('evaluation', 7) });
 * ```
 */
export function smallestEps(make: (threat: Threat) => Attack, options: SmallestEpsOptions): Attack {
  requireSettings<SmallestEpsOptions>('smallestEps', options, { threat: true, first: true, halvings: true }, true);
  const { threat, halvings = 10 } = options;
  const { first = Number.isFinite(threat.eps) ? threat.eps : 1 } = options;
  requireInteger({ halvings }, 1);
  if (threat.eps > 0) requirePositive({ first }, 'input units');
  if (first > threat.eps) throw new InputError(`first must be at most the threat's eps, ${threat.eps}, got ${first}`);

  const most = Number.isFinite(threat.eps) ? threat.eps : Math.min(first * 2 ** DOUBLINGS, LARGEST_SIZE);
  const attack = attackOn('smallestEps', { ...threat, eps: most }, make);

  const next = ({ low, high }: Range, radius: number): number =>
    high < Infinity ? (low + high) / 2 : Math.min(low > 0 ? 2 * low : first, radius);
  const narrowed = (range: Range, tried: number, reached: number): Range => ({
    low: reached < Infinity ? range.low : tried,
    high: reached < Infinity ? (reached > range.low ? reached : tried) : range.high,
    halvings: range.halvings + (range.high < Infinity ? 1 : 0),
  });
  const isOpen = ({ low, high, halvings: spent }: Range, radius: number): boolean =>
    high < Infinity ? spent < halvings : low < radius;

  const smallest = (...[model, x, y, told]: AttackCall) => {
    /** Attacks examples within their radii; gives how far away each was fooled, and whether the model answered to the end. */
    const attempt = (chase: Chase, rows: readonly number[], round: number, radii: readonly number[]) =>
      owning(function* (own): Dialogue<{ reached: number[]; isWhole: boolean }> {
        const options = { ...optionsOf(told, told.key.child('round', round), rows), eps: radii };
        const { task } = chase;
        const result = yield* settled(attack(model, task.x, own(takeRows(y, rows)), options));
        yield* asked(chase, own(sub(own(result.x), task.x)));
        for (const [at, gradients] of result.gradients.entries()) {
          chase.spend(at, { gradients, queries: result.queries[at], flat: result.zeroGradient[at] });
        }
        const reached = radii.map((radius, at) =>
          result.success[at] ? Math.min(radius, result.distance[at]) : Infinity,
        );
        return { reached, isWhole: !result.cutShort };
      });
    const look = function* (chase: Chase, places: readonly number[]): Dialogue<boolean> {
      const radii = chase.task.threat.radii.map((radius) => Math.min(radius, most));
      const ranges: Range[] = places.map(() => ({ low: 0, high: Infinity, halvings: 0 }));
      for (let round = 0; ; round++) {
        const open = [...ranges.keys()].filter((at) => isOpen(ranges[at], radii[at]));
        if (open.length === 0) return true;
        const tried = open.map((at) => next(ranges[at], radii[at]));
        const rows = open.map((at) => places[at]);
        const { reached, isWhole } = yield* owning((own) => {
          const some = chase.only(open);
          own(some.task.x);
          own(some.task.labels);
          return attempt(some, rows, round, tried);
        });
        if (!isWhole) return false;
        for (const [nth, at] of open.entries()) ranges[at] = narrowed(ranges[at], tried[nth], reached[nth]);
      }
    };
    return graded(label, threat, (task) => findClosest(task, look))(model, x, y, told);
  };
  const label = `smallest eps of ${attack.label}`;
  const perturb: Attack['perturb'] = (...call) => now(settled(smallest(...call))).x;
  return attackFrom(smallest, { label, threat, perturb });
}
