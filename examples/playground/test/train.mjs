// The first tab: it trains, attacks, shows the figures of Node, and survives reloads and hidden pages.
import { accessible, fitsPhone } from './accessible.mjs';
import { busiest } from './busiest.mjs';
import { comparePicture } from './pictures.mjs';
import { slowdown } from './slowdown.mjs';

const { openLab } = await import('../src/train/lab.ts');
const { settingOf } = await import('../src/train/setting.ts');
const { parseCourse, courseText } = await import('../src/train/course.ts');

const figures = ['step', 'digest', 'clean', 'attacked', 'certified', 'mixture', 'point'];

/** What the page shows, by name. */
const shown = (page) =>
  page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll('[data-figure]')].map((at) => [at.dataset.figure, at.textContent]),
    ),
  );

/** What the lab gives in Node for the run that an address names, as far as the page shows it. */
async function inNode(address) {
  const lab = openLab(settingOf(address));
  const legs = parseCourse(address.get('run'));
  let progress = await lab.advance('clean', 0);
  for (const { kind, steps } of legs) progress = await lab.advance(kind, steps);
  const { examples, ...counts } = await lab.measure();
  const { certified, margins } = await lab.attack(Number(address.get('point') ?? 0));
  lab.dispose();
  const percents = Object.entries(counts).map(([name, count]) => [name, `${Math.round((100 * count) / examples)}%`]);
  return {
    ...Object.fromEntries(percents),
    run: courseText(progress.course),
    digest: progress.digest,
    mixture: progress.neurons.mixture.toFixed(3),
    point: [`margin ${margins[16].toFixed(2)} `, `radius ${certified.toFixed(3)};`],
  };
}

function sameAsNode(page, node) {
  const { point, run, ...numbers } = node;
  const wrong = Object.entries(numbers).filter(([name, value]) => page[name] !== value);
  const missing = point.filter((part) => !page.point.includes(part));
  const told = [
    ...wrong.map(([name, value]) => `${name} is ${page[name]}, in Node ${value}`),
    ...missing.map((part) => `no ${part}`),
  ];
  return { name: `${run} shows the figures of Node`, error: told.join('; ') || undefined };
}

const button = (page, name) => page.getByRole('button', { name, exact: true });
const settled = (page, text = 'Paused') =>
  page.waitForFunction((part) => document.querySelector('[role=status]').textContent.includes(part), text);
const stepAbove = (page, least, options) =>
  page.waitForFunction(
    (step) => Number(document.querySelector('[data-figure=step]')?.textContent) >= step,
    least,
    options,
  );

/** Starts, lets both ways to train run for some steps, and pauses. */
async function trainByHand(page) {
  await button(page, 'Train').click();
  await stepAbove(page, 60);
  await page.getByLabel('attacked examples').check();
  await stepAbove(page, 100);
  // A fast machine may be through with what it was to learn before it is told to pause.
  await button(page, 'Pause')
    .click({ timeout: 3000 })
    .catch(() => undefined);
  await settled(page);
}

/** In the page: from now on there are no frames, and timers come once a second, as in a hidden page. */
function hide() {
  const timer = globalThis.setTimeout;
  globalThis.requestAnimationFrame = () => 0;
  globalThis.setTimeout = (work, delay = 0, ...args) => timer(work, Math.max(1000, delay), ...args);
}

export async function trainTab({ page, blank, address }) {
  const findings = [];
  const check = (name, error) => findings.push({ name, error: error || undefined });
  const query = () => new URL(page.url()).searchParams;
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector('canvas')?.width === 96);
  const first = await page.evaluate(() => performance.now());
  const busy = slowdown();
  const told = `on a machine that is ${busy.toFixed(1)} times as slow as it is alone`;
  check(
    `the first picture is there after ${Math.round(first)} ms`,
    first > 4000 * busy && `more than 4000 ms, ${told}`,
  );
  await settled(page, 'Ready');
  findings.push(await comparePicture(blank, page.locator('.heat-map canvas'), 'neurons-at-first'));

  const longest = await busiest(page, () => trainByHand(page));
  const trained = await shown(page);
  check(
    `no task while training keeps the page from drawing: ${longest.toFixed(1)} ms at most`,
    longest > 50 && 'above 50',
  );
  check(`it trains ${trained.speed} steps a second`, trained.speed < 25 / slowdown() && `fewer than 25, ${told}`);
  findings.push(sameAsNode(trained, await inNode(query())));

  await page.reload();
  await settled(page, `Going back to step ${trained.step}`);
  check('after a reload it says where training stood');
  await settled(page, `Paused at step ${trained.step}`);
  const again = await shown(page);
  const differs = figures.filter((name) => again[name] !== trained[name]);
  check(
    'a reload ends in the same figures',
    differs.map((name) => `${name}: ${again[name]}, before ${trained[name]}`).join('; '),
  );

  await page.goto(`${address}?run=c60a60&point=3`);
  await settled(page, 'Paused at step 120');
  findings.push(sameAsNode(await shown(page), await inNode(query())));
  findings.push(await comparePicture(blank, page.locator('.heat-map canvas'), 'neurons-purified'));
  findings.push(await comparePicture(blank, page.locator('.chart').first(), 'accuracies'));
  findings.push(await comparePicture(blank, page.locator('.point .chart'), 'margins'));
  findings.push(await comparePicture(blank, page.locator('.bars canvas').last(), 'attack'));

  await page.getByRole('slider', { name: 'ε' }).fill('0');
  check(
    'dragging eps moves the example',
    !(await shown(page)).point.includes('at ε = 0.000') && (await shown(page)).point,
  );
  check('the address holds eps', query().get('eps') !== '0.000' && page.url());

  await page.getByText('Settings').click();
  await page.getByLabel('seed').fill('7');
  await button(page, 'Begin anew with these').click();
  await settled(page, 'Ready');
  check('another seed begins anew', (await shown(page)).step !== '0' && 'it went on');
  await page.goBack();
  await settled(page, 'Paused at step 120');
  check('the back button goes back to the run before');
  await button(page, 'Reset').click();
  await settled(page, 'Ready');
  check('Reset begins anew', query().has('run') && page.url());
  await page.goBack();
  await settled(page, 'Paused at step 120');
  check('the back button goes back to the run before a reset');

  await page.evaluate(hide);
  await button(page, 'Train').click();
  await stepAbove(page, 140, { polling: 100 });
  check('it trains on in a page that is hidden');
  await button(page, 'Pause').click();
  await settled(page);
  return [...findings, ...(await accessible(page, 'Train')), await fitsPhone(page, 'Train')];
}
