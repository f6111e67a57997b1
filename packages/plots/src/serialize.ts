/** Attributes whose numbers are places in the picture, in pixels. */
const geometry = new Set('d transform x y x1 x2 y1 y2 cx cy dx dy r width height points'.split(' '));

/**
 * An SVG element as text that is well-formed XML and the same for every implementation of the DOM.
 *
 * Attributes are sorted, places are rounded to a hundredth of a pixel, and empty groups are left out.
 */
export function serialize(node: Node): string {
  if (node.nodeType === node.TEXT_NODE) return escapeText(node.textContent ?? '');
  const element = node as Element;
  const content = Array.from(element.childNodes, serialize).join('');
  const tag = element.localName;
  if (tag === 'g' && content === '') return '';
  const attributes = Array.from(element.attributes, ({ name, value }) => ` ${name}="${escapeText(tidy(name, value))}"`);
  const start = `${tag}${attributes.sort().join('')}`;
  return content ? `<${start}>${content}</${tag}>` : `<${start}/>`;
}

function tidy(name: string, value: string): string {
  if (!geometry.has(name)) return value;
  return value.replace(/-?\d*\.\d{3,}(e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100 + 0));
}

// XML 1.0 has no control characters but tab and line ends, not even escaped.
function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
