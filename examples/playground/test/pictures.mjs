// Compares pictures of parts of the page with small grey ones that are kept beside this file. Letters are made invisible first and
// pictures are shrunk to 24 x 24 pixels, so that neither fonts nor the rounding of a processor matter.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SIZE = 24;

/** Two pictures are the same if they differ in less than this share of their ink, which is all that is not white. */
const TOLERANCE = 0.2;

/**
 * Compares what an element looks like with the picture of that name, or writes it where the program was started with `--update`.
 *
 * @param {import('playwright-core').Page} blank An empty page to compute in.
 * @param {import('playwright-core').Locator} element What to look at.
 * @param {string} name Name of the picture.
 */
export async function comparePicture(blank, element, name) {
  await element.page().evaluate(hideLetters);
  const picture = await element.screenshot({ caret: 'initial' });
  await element.page().evaluate(() => (document.adoptedStyleSheets = []));
  const small = await blank.evaluate(shrink, { source: picture.toString('base64'), size: SIZE });
  const file = fileURLToPath(new URL(`pictures/${name}.txt`, import.meta.url));
  if (process.argv.includes('--update')) writeFileSync(file, `${rows(small).join('\n')}\n`);
  const error = existsSync(file) ? difference(small, readFileSync(file, 'utf8')) : `there is no ${file}`;
  return { name: `the picture ${name} is as it was`, error };
}

/** In the page: makes letters invisible, by a style sheet that the security policy allows. */
function hideLetters() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { color: transparent !important } text { fill: transparent !important }');
  document.adoptedStyleSheets = [sheet];
}

/** In the page: the grey levels of a picture at a small size. */
async function shrink({ source, size }) {
  const image = new Image();
  image.src = `data:image/png;base64,${source}`;
  await image.decode();
  const context = Object.assign(document.createElement('canvas'), { width: size, height: size }).getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, size, size);
  const { data } = context.getImageData(0, 0, size, size);
  return Array.from({ length: size * size }, (_, at) =>
    Math.round((data[4 * at] + data[4 * at + 1] + data[4 * at + 2]) / 3),
  );
}

/** Two hexadecimal digits a pixel, a line a row: differences can be read in a diff. */
const rows = (levels) =>
  Array.from({ length: SIZE }, (_, row) =>
    levels
      .slice(row * SIZE, (row + 1) * SIZE)
      .map((level) => level.toString(16).padStart(2, '0'))
      .join(''),
  );

function difference(levels, text) {
  const kept = text.match(/[0-9a-f]{2}/g).map((digits) => Number.parseInt(digits, 16));
  const sum = (entries) => entries.reduce((total, entry) => total + entry, 0);
  const ink = (picture) => sum(picture.map((level) => 255 - level));
  const share = sum(levels.map((level, at) => Math.abs(level - kept[at]))) / Math.max(ink(levels), ink(kept));
  return share <= TOLERANCE ? undefined : `it differs in ${Math.round(100 * share)}% of its ink`;
}
