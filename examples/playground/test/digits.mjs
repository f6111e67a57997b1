// The second tab: both networks read the digits as in Node, chosen ones and drawn ones, with the mouse or with keys.
import { readFileSync } from 'node:fs';
import { accessible, fitsPhone } from './accessible.mjs';
import { comparePicture } from './pictures.mjs';

const { openDigits } = await import('../src/digits/lab.ts');
const { atRadius } = await import('../src/radii/at-radius.ts');

const weights = (way) => readFileSync(new URL(`../src/digits/weights/${way}.safetensors`, import.meta.url));

/** What both networks see, such as `5 (73%)`. */
const shown = (page) =>
  page.evaluate(() =>
    ['clean', 'robust'].map(
      (way) => document.querySelector(`[data-figure=digit-${way}]`).textContent.match(/\d \(\d+%\)/)[0],
    ),
  );

async function inNode(index, eps) {
  const lab = openDigits({ clean: weights('clean'), robust: weights('robust') });
  const readings = await lab.attack(lab.digit(index));
  return ['clean', 'robust'].map((way) => {
    const { answer, probabilities } = atRadius(readings[way], eps);
    return `${answer} (${Math.round(100 * probabilities[answer])}%)`;
  });
}

/** Draws a vertical stroke on the pad. */
async function drawOne(page, pad) {
  const { x, y, width, height } = await pad.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 8);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + (7 * height) / 8, { steps: 4 });
  await page.mouse.up();
}

export async function digitsTab({ page, blank, address }) {
  const findings = [];
  const check = (name, error) => findings.push({ name, error: error || undefined });
  const query = () => new URL(page.url()).searchParams;

  await page.goto(address);
  await page.getByRole('tab', { name: 'Train' }).focus();
  await page.keyboard.press('ArrowRight');
  check('an arrow key goes to the next tab', query().get('tab') !== 'digits' && page.url());
  await page.goto(`${address}?tab=digits&digit=3&change=0.2`);
  await page.getByText('sees').first().waitFor();
  const [here, there] = [await shown(page), await inNode(3, 0.2)];
  check('both networks answer as in Node', `${here}` !== `${there}` && `${here}, in Node ${there}`);
  findings.push(await comparePicture(blank, page.locator('.network').first().locator('canvas').first(), 'digit-clean'));
  findings.push(await comparePicture(blank, page.locator('.network').last().locator('canvas').first(), 'digit-robust'));

  await page.getByRole('slider', { name: 'ε' }).fill('0');
  check(
    'without an attack both are right',
    (await shown(page)).some((answer) => answer[0] !== '5') && (await shown(page)).join(),
  );
  findings.push(...(await accessible(page, 'Digits')), await fitsPhone(page, 'Digits'));

  const pad = page.getByRole('application');
  await page.getByRole('button', { name: 'Clear' }).click();
  await drawOne(page, pad);
  await page.waitForFunction(() => /drawn=[0-9a-g]*[1-9a-g]/.test(location.search));
  const one = query().get('drawn');
  check('a stroke fills the height', one.slice(0, 8).match(/[^0]/) && one.slice(-8).match(/[^0]/) ? '' : one);
  await page.getByLabel('it is a').selectOption('1');
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.answer b')].every((answer) => answer.textContent === '1'),
  );
  check('both networks read the drawn one');

  await pad.focus();
  for (const press of ['ArrowRight', 'ArrowRight', ' ']) await page.keyboard.press(press);
  await page.waitForFunction((before) => new URLSearchParams(location.search).get('drawn') !== before, one);
  check('keys change a pixel', query().get('drawn')[1] !== 'g' && query().get('drawn'));
  return findings;
}
