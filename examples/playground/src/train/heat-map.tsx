// Neurons against features: each pixel is a cosine.
import { useEffect, useRef } from 'preact/hooks';
import { paintSigned, useDark } from '../ui/colours.ts';
import type { Neurons } from './neurons.ts';

/** The cosine that has the deepest colour. */
const LIMIT = 0.4;

export function HeatMap({ neurons }: { readonly neurons?: Neurons }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = useDark();
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!neurons || !context) return;
    const { rows, columns, cosines } = neurons;
    Object.assign(context.canvas, { width: columns, height: rows });
    const image = context.createImageData(columns, rows);
    paintSigned(cosines, LIMIT, image.data, isDark);
    context.putImageData(image, 0, 0);
  }, [neurons, isDark]);

  const size = neurons ? `${neurons.rows} neurons by ${neurons.columns} features` : 'no neurons yet';
  return (
    <figure class="heat-map">
      <figcaption>
        <strong>Neurons against features.</strong> Deep blue: a feature that the neuron has learned. A{' '}
        <strong>pale veil over a whole row</strong> is the dense mixture: a little of every feature.
      </figcaption>
      <div class="heat-frame">
        <span class="axis-y">neurons, by their strongest feature →</span>
        <canvas ref={canvas} role="img" aria-label={`Cosines of ${size}; the size of the mixture is said below.`} />
        <span class="axis-x">features →</span>
      </div>
      <p class="scale">
        <span>−{LIMIT}</span>
        <span class="ramp" aria-hidden="true" />
        <span>+{LIMIT} cosine, positive where it votes as the feature does</span>
      </p>
    </figure>
  );
}
