// An example in its features, and below it what the attack adds to each.

import { Bars } from '../ui/bars.tsx';
import type { Attacked } from './point.ts';

/** The most that is drawn whole, in input units: of the example, and of the attack. */
const [INPUT, ATTACK] = [1.1, 0.12];

export function FeatureBars({ point, at }: { readonly point: Attacked; readonly at: number }) {
  const count = point.features.length;
  const change = point.changes.subarray(at * count, (at + 1) * count);
  const on = point.features.filter((value) => Math.abs(value) > 0.1).length;
  const moved = change.filter((value) => Math.abs(value) > 0.01).length;
  return (
    <div class="bars">
      <p>
        <span class="key quiet">The example</span> in its {count} features, {on} of which are on: up where they vote for
        its label.
      </p>
      <Bars values={point.features} limit={INPUT} height={70} description={`${on} of ${count} features are on`} />
      <p>
        <span class="key attacked">The attack</span>, drawn about nine times as large, moves {moved} of them by more
        than 0.01. Where neurons hold a mixture, it takes a little from every feature.
      </p>
      <Bars
        values={change}
        limit={ATTACK}
        height={70}
        description={`${moved} features change by more than 0.01`}
        isAttack
      />
    </div>
  );
}
