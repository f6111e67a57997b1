/** Attributes of an element by name. */
export type Attributes = Readonly<Record<string, string | number>>;

/** Makes SVG elements of one document: `svg(document)('g', { fill: 'none' }, child)`. */
export function svg(document: Document) {
  return (name: string, attributes: Attributes, ...children: readonly (Node | string)[]): Element => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    for (const child of children)
      element.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
    return element;
  };
}

/** See {@link svg}. */
export type MakeElement = ReturnType<typeof svg>;
