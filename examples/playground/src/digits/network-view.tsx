// What one network makes of an attacked digit.
import { atRadius, brokenAt } from '../radii/at-radius.ts';
import { Classes } from '../ui/classes.tsx';
import { Picture } from '../ui/picture.tsx';
import type { Digit, Reading } from './lab.ts';
import { SHAPE, type Way } from './setting.ts';

interface NetworkViewProps {
  readonly way: Way;
  readonly reading: Reading;
  readonly digit: Digit;
  readonly eps: number;
}

const titles: Readonly<Record<Way, string>> = {
  clean: 'Trained on clean digits',
  robust: 'Trained on attacked digits',
};

const names = Array.from({ length: 10 }, (_, at) => String(at));

/** The answer at a radius, in words. */
export function said(way: Way, reading: Reading, { label }: Digit, eps: number): string {
  const { answer, probabilities } = atRadius(reading, eps);
  return `the ${way} network sees ${answer} (${Math.round(100 * probabilities[answer])}%), ${answer === label ? 'right' : 'wrong'}`;
}

export function NetworkView({ way, reading, digit, eps }: NetworkViewProps) {
  const { image, change, answer, probabilities } = atRadius(reading, eps);
  const broken = brokenAt(reading, digit.label);
  const isRight = answer === digit.label;
  return (
    <figure class="network">
      <figcaption>
        <strong>{titles[way]}</strong>
      </figcaption>
      <p class={`answer ${isRight ? 'certified' : 'attacked'}`} data-figure={`digit-${way}`}>
        <span aria-hidden="true">{isRight ? '✓' : '✗'}</span> sees <b>{answer}</b> (
        {Math.round(100 * probabilities[answer])}%)
      </p>
      <div class="pictures">
        <div>
          <Picture values={image} shape={SHAPE} description={`the digit under attack, read as ${answer}`} />
          <p>what it sees</p>
        </div>
        <div>
          <Picture values={change} shape={SHAPE} signed={0.2} description="the change of each pixel" />
          <p>what was changed: blue brighter, orange darker</p>
        </div>
      </div>
      <p class="facts">
        {broken === 0
          ? 'It is wrong without an attack.'
          : `Fooled from ε = ${broken?.toFixed(2) ?? '(beyond)'} on; proved to withstand every attack up to ${reading.certified.toFixed(3)}.`}
      </p>
      <Classes probabilities={probabilities} names={names} label={digit.label} />
    </figure>
  );
}
