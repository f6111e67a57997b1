/**
 * What is wrong with a text as XML, as far as tags, attributes and entities go: undefined if nothing is.
 *
 * @param text - One element with all that is in it.
 */
export function faultOf(text: string): string | undefined {
  const open: string[] = [];
  const token = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)|(<)/gy;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [, closing, name, attributes, closed, content, stray] = match;
    if (stray) return `a stray < at ${match.index}: ${text.slice(match.index, match.index + 40)}`;
    if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)/i.test(content ?? attributes))
      return `a stray & at ${match.index}`;
    if (content !== undefined) {
      if (open.length === 0 && content.trim() !== '') return `text outside of the element: ${content}`;
      continue;
    }
    const names = [...attributes.matchAll(/\s([\w:.-]+)=/g)].map(([, attribute]) => attribute);
    if (new Set(names).size < names.length) return `an attribute twice in <${name}${attributes}>`;
    if (!closing && !closed) open.push(name);
    if (closing && open.pop() !== name) return `</${name}> closes another element`;
  }
  return open.length > 0 ? `<${open.join('><')}> is not closed` : undefined;
}
