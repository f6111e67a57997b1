// Starts the worker and draws what it finds, in the width of the window and in the colours of the screen.
import type { RobustnessPoint } from '@advml/metrics';
import { darkFigures, robustnessCurves } from '@advml/plots';

const style = document.createElement('style');
style.textContent = `@media (prefers-color-scheme: dark) { ${darkFigures()} }`;
document.head.append(style);

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
worker.onmessage = ({ data: points }: MessageEvent<readonly RobustnessPoint[]>) => {
  const width = Math.max(280, Math.min(760, document.body.clientWidth));
  document.body.innerHTML = robustnessCurves({ series: [{ label: 'linear model', points }], norm: 'l2' }, { width });
  document.title = `robust at ${points.map(({ eps, accuracy }) => `${eps}: ${accuracy.value}`).join(', ')}`;
};
worker.onerror = ({ message }) => {
  document.title = `the worker failed: ${message}`;
};
