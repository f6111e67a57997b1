// `advml serve` in Chromium: a run that goes on is seen to go on, on a desk and on a phone, light and dark; hostile files of a run do
// nothing; and Ctrl-C ends the server.
// Usage: node packages/advml/test/browser.mjs (after the build).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { defineExperiment, startRun } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';
import { tell, watched, withBrowser } from '../../../test/browser-page.mjs';

const results = [];
const check = (name, holds) => results.push({ name, ...(holds || { error: 'no' }) });

/** An experiment that ends when it is told to. */
let release;
const released = new Promise((resolve) => {
  release = resolve;
});
const patient = defineExperiment({
  name: 'patient',
  settings: {},
  stages: { wait: { measure: async () => released.then(() => ({ number: 0.5 })) } },
  claims: [
    {
      id: 'W1',
      statement: 'It ends.',
      quantity: 'number',
      bar: '> 0',
      find: ({ wait }) => ({ value: wait.number, holds: true }),
    },
  ],
});

const program = "import { main } from 'advml'; process.exitCode = await main(process.argv.slice(1));";

/** Starts the server in a process of its own; its address is what it prints. */
async function serving(folder) {
  const words = ['--input-type=module', '--eval', program, 'serve', folder, '--port', '0'];
  const cwd = fileURLToPath(new URL('../../..', import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, ...words], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const code = once(child, 'exit').then(([code]) => code);
  const [text] = await once(child.stdout, 'data');
  return { address: /http:\S+/.exec(text)[0], child, code };
}

const logged = (step) => `${JSON.stringify({ phase: 'clean', step, loss: 1 / (step + 1) })}\n`;

/** Files of a run that would run a script and ask another server. */
const hostile = (elsewhere) => ({
  'figures/evil.svg': `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><script>document.title="got";fetch("${elsewhere}")</script><image href="${elsewhere}a.png"/></svg>`,
  'report.html': `<!doctype html><title>was</title><img src="${elsewhere}b.png" onerror="document.title='got'"><script>document.title="got"</script><link rel="stylesheet" href="${elsewhere}c.css">`,
});

async function goesOn(browser, page, address, folder, run) {
  await page.goto(`${address}slow/`);
  await page.waitForFunction(() => document.querySelector('#live')?.textContent === 'live');
  check('a run at work is shown as one', await page.locator('#state .running').isVisible());
  check('with no curves yet', (await page.locator('#curves').count()) === 0);
  await page.locator('#setting summary').click();
  for (const step of [0, 10, 20]) appendFileSync(join(folder, 'slow', 'metrics.jsonl'), logged(step));
  await page.waitForSelector('#curves svg');
  check('its curves come by themselves', await page.getByText('Training: clean, step 20').isVisible());
  check('what was opened stays open', await page.locator('#setting details[open] pre').isVisible());
  await fits(browser, address);
  release();
  await run;
  await page.waitForSelector('#state .finished');
  check('and its end, with the claims', await page.getByText('1 of 1 claims hold').isVisible());
}

async function fits(browser, address) {
  const grounds = [];
  for (const [width, colorScheme] of [1280, 390].flatMap((width) => [
    [width, 'light'],
    [width, 'dark'],
  ])) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    const page = await context.newPage();
    await page.goto(`${address}slow/`);
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    const visible = await page.locator(`#curves .on-${width > 768 ? 'wide' : 'narrow'} svg`).isVisible();
    check(`a page fits ${width} pixels, ${colorScheme}`, widest <= width && visible);
    grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    await context.close();
  }
  check('dark pages are dark', grounds[0] === 'rgb(255, 255, 255)' && grounds[1] === 'rgb(23, 25, 29)');
}

async function keepsQuiet(page, address, folder) {
  const asked = [];
  const other = createServer((request, response) => {
    asked.push(request.url);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const files = hostile(`http://127.0.0.1:${other.address().port}/`);
  mkdirSync(join(folder, 'slow', 'figures'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'slow', name), text);
  await page.goto(`${address}slow/`);
  await page.waitForSelector('#pictures img');
  await page.locator('#pictures img').scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector('#pictures img').naturalWidth > 0);
  check('a picture is shown', true);
  for (const name of Object.keys(files)) {
    await page.goto(`${address}slow/${name}`);
    await setTimeout(100);
    check(`the script of ${name} is not run`, (await page.title()) !== 'got');
  }
  other.close();
  check(`files of a run ask nobody ${asked}`, asked.length === 0);
}

await tell(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'advml-served-'));
  const run = startRun(diskStore(join(folder, 'slow')), patient);
  while (!existsSync(join(folder, 'slow', 'metrics.jsonl'))) await setTimeout(10);
  const { address, child, code } = await serving(folder);
  try {
    await withBrowser(async (browser) => {
      const page = await browser.newPage();
      const askedElsewhere = watched(page, address);
      const refused = [];
      page.on('console', (message) => refused.push(message.text()));
      await goesOn(browser, page, address, folder, run);
      check(`the policy forbids nothing that a page needs ${refused}`, refused.length === 0);
      results.push(askedElsewhere());
      await keepsQuiet(page, address, folder);
      await page.goto(`${address}`);
      await page.waitForFunction(() => document.querySelector('#live')?.textContent === 'live');
      child.kill('SIGINT');
      check('Ctrl-C ends it', (await code) === 0);
      await page.waitForFunction(() => document.querySelector('#live')?.textContent.startsWith('not live'));
      check('a page says that nobody answers', true);
    });
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
  return results;
});
