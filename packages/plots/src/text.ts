/** Letters that are as wide as they are high. */
const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60]/gu;

/**
 * About how wide a text will be, in pixels.
 *
 * Without a screen there is nothing to measure by; the average letter of a wide sans-serif is taken, so that boxes
 * are rather too large than too small.
 */
export function textWidth(text: string, fontSize: number): number {
  const wide = text.match(WIDE)?.length ?? 0;
  return Math.ceil(([...text].length * 0.58 + wide * 0.42) * fontSize);
}

/** A word in pieces that are about `width` pixels wide at most. */
function pieces(word: string, width: number, fontSize: number): readonly string[] {
  const done = [''];
  for (const letter of word) {
    const longer = done[done.length - 1] + letter;
    if (longer !== letter && textWidth(longer, fontSize) > width) done.push(letter);
    else done[done.length - 1] = longer;
  }
  return done;
}

/** Breaks a text between words, and within those that are wider, so that each line is about `width` pixels wide at most. */
export function wrap(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((word) => pieces(word, width, fontSize))) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && textWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A number with some significant digits, or more if they do not keep it on its side of a bar, and of 1 unless six do not. */
export function shortNumber(value: number, digits = 3, bar = Infinity): string {
  const short = Number(value.toPrecision(digits));
  const crosses = (at: number) => Math.sign(short - at) !== Math.sign(value - at);
  const misleads = (digits < 6 && crosses(1)) || (digits < 15 && crosses(bar));
  return misleads ? shortNumber(value, digits + 1, bar) : String(short);
}
