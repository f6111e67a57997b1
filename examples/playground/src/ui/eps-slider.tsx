// How far the attacker may go.
import { useEffect, useState } from 'preact/hooks';

interface EpsSliderProps {
  /** The value that the address holds. */
  readonly value: number;
  readonly max: number;
  readonly step: number;
  /** How many are shown behind the point. */
  readonly digits: number;
  /** What the value means, read out with it. */
  describe(value: number): string;
  /** While it is dragged. */
  follow(value: number): void;
  /** When it is let go. */
  settle(value: number): void;
}

export function EpsSlider({ value, max, step, digits, describe, follow, settle }: EpsSliderProps) {
  const [now, setNow] = useState(value);
  useEffect(() => setNow(value), [value]);
  return (
    <label class="slider">
      ε = {now.toFixed(digits)}
      <input
        type="range"
        min={0}
        max={max}
        step={step}
        value={now}
        aria-valuetext={`${now.toFixed(digits)}: ${describe(now)}`}
        onInput={({ currentTarget }) => {
          setNow(Number(currentTarget.value));
          follow(Number(currentTarget.value));
        }}
        onChange={({ currentTarget }) => settle(Number(currentTarget.value))}
      />
    </label>
  );
}
