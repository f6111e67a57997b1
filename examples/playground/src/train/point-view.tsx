// One example under attack: its margin within every radius, and what the attack changes.
import { useEffect, useState } from 'preact/hooks';
import { useAddress, write } from '../address.ts';
import { EpsSlider } from '../ui/eps-slider.tsx';
import { LineChart } from '../ui/line-chart.tsx';
import { FeatureBars } from './feature-bars.tsx';
import type { Attacked } from './point.ts';
import { allowed, exampleField, type Field } from './setting.ts';

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
  const slider: Field = { label: 'ε', value: tau, min: 0, max: 2 * tau, step: tau / 16 };
  const given = allowed(slider, useAddress().get('eps'));
  const [eps, setEps] = useState(given);
  useEffect(() => setEps(given), [given]);
  const choose = (next: number) => write({ point: next === 0 ? undefined : String(next) }, 'push');
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
        <EpsSlider
          value={given}
          max={slider.max}
          step={slider.step}
          digits={3}
          describe={(value) => (point ? verdict(point, placeOf(point, value)) : '')}
          follow={setEps}
          settle={(value) => write({ eps: value.toFixed(3) }, 'replace')}
        />
      </div>
      <p class="verdict" data-figure="point">
        {point ? verdict(point, placeOf(point, eps)) : 'not attacked yet'}
      </p>
      {point && <PointFigure point={point} tau={tau} eps={eps} />}
    </figure>
  );
}

interface PointFigureProps {
  readonly point: Attacked;
  readonly tau: number;
  readonly eps: number;
}

function PointFigure({ point, tau, eps }: PointFigureProps) {
  const { radii, margins, certified } = point;
  const at = placeOf(point, eps);
  const marks = [
    { at: tau, label: 'τ' },
    { at: eps, label: 'ε', className: 'now', isOnTop: true },
  ];
  return (
    <div class="pair">
      <LineChart
        description={`Margin under attack against the radius: ${verdict(point, at)}`}
        lines={[{ className: 'attacked', points: radii.map((radius, place) => [radius, margins[place]] as const) }]}
        x={{ label: 'radius ε of the attack', domain: [0, 2 * tau] }}
        y={{ label: 'margin y f(x + δ)', domain: domainOf(margins) }}
        band={[0, certified]}
        marks={marks}
        zero
      />
      <FeatureBars point={point} at={at} />
    </div>
  );
}

/** The place of the radius that is nearest to a value. */
function placeOf({ radii }: Attacked, eps: number): number {
  const last = radii.length - 1;
  return Math.min(last, Math.max(0, Math.round((eps / radii[last]) * last)));
}

function verdict({ margins, certified, radii }: Attacked, at: number): string {
  const first = margins.findIndex((value) => value <= 0);
  const broken =
    first < 0 ? 'no attack found up to the largest ε' : `the attack succeeds from ε = ${radii[first].toFixed(3)} on`;
  return `margin ${margins[at].toFixed(2)} at ε = ${radii[at].toFixed(3)}; certified radius ${certified.toFixed(3)}; ${broken}`;
}
