import { parseHTML } from 'linkedom/worker'; // linkedom in one file, which loads in a third of the time

/**
 * The document that figures are built with where the caller names none: in Node an empty one without a window.
 *
 * Bundlers for pages take `document-of-page.ts` in its place, by the `browser` condition of the manifest.
 */
export function defaultDocument(): Document {
  return globalThis.document ?? parseHTML('<!doctype html><html><body></body></html>').document;
}
