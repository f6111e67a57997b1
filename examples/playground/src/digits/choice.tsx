// Which digit it is: one of the set by its number, and what a drawn one is meant to be.
import { allowed } from '../train/setting.ts';
import type { Digit } from './lab.ts';
import { digitField } from './setting.ts';

interface DigitChoiceProps {
  readonly index: number;
  readonly digit: Digit;
  /** Takes a digit of the set. */
  choose(index: number): void;
  /** Says what the digit is. */
  name(label: number): void;
}

export function DigitChoice({ index, digit, choose, name }: DigitChoiceProps) {
  return (
    <>
      <label>
        digit no.{' '}
        <input
          type="number"
          min={digitField.min}
          max={digitField.max}
          value={index}
          onChange={({ currentTarget }) => choose(allowed(digitField, currentTarget.value))}
        />
      </label>
      <button type="button" onClick={() => choose((index + 1) % (digitField.max + 1))}>
        Next
      </button>
      <label>
        it is a{' '}
        <select value={digit.label} onChange={({ currentTarget }) => name(Number(currentTarget.value))}>
          {Array.from({ length: 10 }, (_, label) => (
            <option key={label} value={label}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <p class="facts">
        Draw on the black square with mouse, finger or pen; with the keyboard, by arrows and space bar.
      </p>
    </>
  );
}
