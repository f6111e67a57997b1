// Builds the page of examples/in-a-page as its user would, on the built packages, and opens it in Chromium.
// Usage: node examples/test/browser.mjs (after the build).
import { fileURLToPath } from 'node:url';
import { checkPage } from '../../test/browser-page.mjs';

await checkPage(fileURLToPath(new URL('../in-a-page', import.meta.url)), [''], [], () => {
  // Of ten examples, a tenth to ten tenths from the boundary of a linear model, those beyond the radius withstand.
  const right = 'robust at 0: 1, 0.25: 0.8, 0.55: 0.5, 0.95: 0.1';
  return [
    { name: 'attacks in a worker', error: document.title === right ? undefined : document.title },
    { name: 'draws what came out', error: document.querySelector('svg[role="img"]') ? undefined : 'no figure' },
  ];
});
