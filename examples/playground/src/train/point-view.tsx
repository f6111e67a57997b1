// One example under attack: its margin within every radius, and what the attack changes.
import { useEffect, useState } from 'preact/hooks';
import { useAddress, write } from '../address.ts';
import { LineChart } from '../ui/line-chart.tsx';
import { FeatureBars } from './feature-bars.tsx';
import type { Attacked } from './point.ts';
import { allowed, exampleField } from './setting.ts';

interface PointProps {
  readonly point?: Attacked;
  readonly tau: number;
  readonly example: number;
}

/** A domain that holds the margins and zero, with round ends so that it does not tremble. */
function domainOf(margins: readonly number[]): readonly [number, number] {
  const round = (value: number) => {
    const size = Math.max(1, Math.abs(value));
    const power = 10 ** Math.floor(Math.log10(size));
    return Math.sign(value) * power * ([1, 1.5, 2, 3, 4, 6, 8].find((factor) => factor * power >= size) ?? 10);
  };
  return [round(Math.min(-1, ...margins)), round(Math.max(1, ...margins))];
}

export function Point({ point, tau, example }: PointProps) {
  const given = Number(useAddress().get('eps') ?? tau);
  const [eps, setEps] = useState(given);
  useEffect(() => setEps(given), [given]);
  const largest = 2 * tau;
  const at = point
    ? Math.min(point.radii.length - 1, Math.max(0, Math.round((eps / largest) * (point.radii.length - 1))))
    : 0;
  const choose = (next: number) => write({ point: next === 0 ? undefined : String(next) }, 'push');
  const margin = point?.margins[at] ?? 0;
  return (
    <figure class="point wide">
      <figcaption>
        <strong>Attack one example.</strong> Drag ε: the attacker may change the input by so much (l2, input units).
        Where the margin is negative, the network is wrong. In the green part, no attack whatever succeeds.
      </figcaption>
      <div class="controls">
        <label>
          example{' '}
          <input
            type="number"
            min={exampleField.min}
            max={exampleField.max}
            value={example}
            onChange={({ currentTarget }) => choose(allowed(exampleField, currentTarget.value))}
          />
        </label>
        <label class="slider">
          ε = {eps.toFixed(3)}
          <input
            type="range"
            min={0}
            max={largest}
            step={largest / 32}
            value={eps}
            aria-valuetext={`${eps.toFixed(3)}, margin ${margin.toFixed(2)}`}
            onInput={({ currentTarget }) => setEps(Number(currentTarget.value))}
            onChange={({ currentTarget }) => write({ eps: Number(currentTarget.value).toFixed(3) }, 'replace')}
          />
        </label>
      </div>
      <p class="verdict" data-figure="point">
        {point ? verdict(point, at, margin) : 'not attacked yet'}
      </p>
      {point && (
        <div class="pair">
          <LineChart
            description={`Margin under attack against the radius: ${verdict(point, at, margin)}`}
            lines={[
              {
                className: 'attacked',
                points: point.radii.map((radius, place) => [radius, point.margins[place]] as const),
              },
            ]}
            x={{ label: 'radius ε of the attack', domain: [0, largest] }}
            y={{ label: 'margin y f(x + δ)', domain: domainOf(point.margins) }}
            band={[0, point.certified]}
            marks={[
              { at: tau, label: 'τ' },
              { at: eps, label: 'ε', className: 'now', isOnTop: true },
            ]}
            zero
          />
          <FeatureBars point={point} at={at} />
        </div>
      )}
    </figure>
  );
}

function verdict({ margins, certified, radii }: Attacked, at: number, margin: number): string {
  const first = margins.findIndex((value) => value <= 0);
  const broken =
    first < 0 ? 'no attack found up to the largest ε' : `the attack succeeds from ε = ${radii[first].toFixed(3)} on`;
  return `margin ${margin.toFixed(2)} at ε = ${radii[at].toFixed(3)}; certified radius ${certified.toFixed(3)}; ${broken}`;
}
