/** The document that figures are built with where the caller names none: the page's own. */
export function defaultDocument(): Document {
  if (!globalThis.document)
    throw new Error('a worker has no document: draw the figure in the page, or pass { document }');
  return globalThis.document;
}
