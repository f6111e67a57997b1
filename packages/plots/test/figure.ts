import { DOMParser } from 'linkedom';
import { expect } from 'vitest';

/** A figure taken apart, after what every figure must keep was checked. */
export function figureOf(draw: () => string) {
  const text = draw();
  expect(draw(), 'the same record gives the same bytes').toBe(text);
  expect(text).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*role="img"[^>]*><title>[^<]+<\/title><desc>[^<]+<\/desc>/,
  );
  expect(text).toMatch(/<\/svg>\n$/);
  expect(text, 'it stands alone beside others').not.toMatch(/ (id|class|style|href)=|<style|url\(/);
  expect(text).not.toMatch(/NaN|undefined|Infinity|⚠/);
  expect([...text.matchAll(/font-family="([^"]*)"/g)].map(([, family]) => family)).toContain('system-ui, sans-serif');

  const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement as unknown as Element;
  const all = (selector: string) => Array.from(root.querySelectorAll(selector));
  return {
    text,
    size: { width: Number(root.getAttribute('width')), height: Number(root.getAttribute('height')) },
    description: all('desc')[0].textContent,
    words: all('text').map((element) => element.textContent ?? ''),
    /** The groups of a kind of mark, axes and legend included, by the name that Plot gives them. */
    groups: (label: string) => all('g').filter((element) => element.getAttribute('aria-label') === label),
    /** The number of elements with a tag and, if given, a value of an attribute. */
    count: (tag: string, attribute = '', value = '') =>
      all(tag).filter((element) => !attribute || element.getAttribute(attribute) === value).length,
    all,
  };
}

/** Words that the edges of a figure cut, letters counted as rather narrow. */
export function cutWords(svg: string): string[] {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement as unknown as Element;
  const width = Number(root.getAttribute('width'));
  return Array.from(root.querySelectorAll('text')).flatMap((text) => {
    let [left, size, anchor] = [Number(text.getAttribute('x') ?? 0), '', ''];
    for (let at: Element | null = text; at; at = at.parentElement) {
      left += Number(/translate\((-?[\d.]+)/.exec(at.getAttribute('transform') ?? '')?.[1] ?? 0);
      size ||= at.getAttribute('font-size') ?? '';
      anchor ||= at.getAttribute('text-anchor') ?? '';
    }
    const words = text.textContent ?? '';
    const length = 0.5 * Number(size) * words.length;
    if (anchor === 'middle') left -= length / 2;
    if (anchor === 'end') left -= length;
    const isTurned = /rotate/.test(text.getAttribute('transform') ?? '');
    return !isTurned && (left < 0 || left + length > width) ? [words] : [];
  });
}

/** The corners of a path of straight lines with absolute coordinates, in pixels. */
export function cornersOf(path: string): [number, number][] {
  return [...path.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}
