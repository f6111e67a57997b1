// What a visitor's model makes of an attacked image.
import { atRadius, brokenAt } from '../radii/at-radius.ts';
import { Classes } from '../ui/classes.tsx';
import { Picture } from '../ui/picture.tsx';
import type { AttackedImage, Facts } from './lab.ts';

/** Most classes that are shown. */
const MOST = 10;

/** The answer at a radius, in words. */
export function said({ label, found }: AttackedImage, eps: number): string {
  const { answer, probabilities } = atRadius(found, eps);
  const change = answer === label ? 'as without an attack' : `without an attack class ${label}`;
  return `class ${answer} (${Math.round(100 * probabilities[answer])}%), ${change}`;
}

interface AttackedViewProps {
  readonly attacked: AttackedImage;
  readonly facts: Facts;
  readonly eps: number;
}

export function AttackedView({ attacked, facts: { shape }, eps }: AttackedViewProps) {
  const { label, found, of } = attacked;
  const { radius, image, change, most, answer, probabilities } = atRadius(found, eps);
  const broken = brokenAt(found, label);
  return (
    <figure class="network model">
      <p class={`answer ${answer === label ? 'certified' : 'attacked'}`} data-figure="answer">
        <span aria-hidden="true">{answer === label ? '✓' : '✗'}</span> {said(attacked, eps)}
      </p>
      <div class="pictures three">
        <div>
          <Picture values={found.images.subarray(0, image.length)} shape={shape} description="the image" />
          <p>the image</p>
        </div>
        <div>
          <Picture values={image} shape={shape} description={`the attacked image: ${said(attacked, eps)}`} />
          <p>
            under attack, ε = {radius.toFixed(2)} of the range ({of.norm})
          </p>
        </div>
        <div>
          <Picture values={change} shape={shape} signed={Math.max(0.01, most)} description="the change of each pixel" />
          <p>the change, at most {most.toFixed(3)}: blue brighter, orange darker</p>
        </div>
      </div>
      <p class="facts">
        {broken === undefined
          ? 'The attack has not changed the answer at any ε of the slider; that is no proof.'
          : `The attack changes the answer from ε = ${broken.toFixed(2)} on.`}
      </p>
      <TopClasses found={found} probabilities={probabilities} label={label} />
    </figure>
  );
}

/** The classes that are most probable with or without the attack. */
function TopClasses({
  found,
  probabilities,
  label,
}: Pick<AttackedImage, 'found' | 'label'> & { readonly probabilities: Float32Array }) {
  const before = found.probabilities.subarray(0, found.classes);
  const weight = (at: number) => Math.max(before[at], probabilities[at]);
  const top = Array.from(before.keys())
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, MOST)
    .sort((a, b) => a - b);
  return (
    <Classes
      probabilities={top.map((at) => probabilities[at])}
      names={top.map((at) => `class ${at}`)}
      label={top.indexOf(label)}
    />
  );
}
