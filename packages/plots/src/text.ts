/**
 * About how wide a text will be, in pixels.
 *
 * Without a screen there is nothing to measure by; the average letter of a wide sans-serif is taken, so that boxes
 * are rather too large than too small.
 */
export function textWidth(text: string, fontSize: number): number {
  return Math.ceil([...text].length * fontSize * 0.58);
}

/** Breaks a text between words so that each line is about `width` pixels wide at most. */
export function wrap(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && textWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A number with a limited number of significant digits. */
export function shortNumber(value: number, digits = 3): string {
  return String(Number(value.toPrecision(digits)));
}
