// What a visitor can do with a training run.
import type { Kind } from './course.ts';
import { CHUNK } from './session.ts';

interface ControlsProps {
  readonly kind: Kind;
  readonly isTraining: boolean;
  readonly isReady: boolean;
  readonly hasBegun: boolean;
  setKind(kind: Kind): void;
  start(): void;
  pause(): void;
  step(): void;
  reset(): void;
}

const kinds: Readonly<Record<Kind, string>> = { clean: 'clean examples', attacked: 'attacked examples' };

export function Controls({ kind, isTraining, isReady, hasBegun, setKind, start, pause, step, reset }: ControlsProps) {
  return (
    <div class="controls">
      <fieldset class="choice">
        <legend>Learn from</legend>
        {(Object.keys(kinds) as Kind[]).map((one) => (
          <label key={one}>
            <input type="radio" name="kind" value={one} checked={one === kind} onChange={() => setKind(one)} />
            {kinds[one]}
          </label>
        ))}
      </fieldset>
      <div class="buttons">
        <button type="button" class="primary" disabled={!isReady} onClick={isTraining ? pause : start}>
          {isTraining ? 'Pause' : 'Train'}
        </button>
        <button type="button" disabled={!isReady || isTraining} onClick={step}>
          {CHUNK} steps
        </button>
        <button type="button" disabled={!hasBegun} onClick={reset}>
          Reset
        </button>
      </div>
    </div>
  );
}
