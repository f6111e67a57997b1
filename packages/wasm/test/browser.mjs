// Bundles the built package into a page, serves it on this machine alone and checks in Chromium that it works.
// Usage: node packages/wasm/test/browser.mjs (after the build). CHROMIUM names the browser, default /usr/bin/chromium.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

const root = fileURLToPath(new URL('browser', import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

if (!existsSync(executablePath)) {
  const needed = process.env.CI === 'true';
  console.log(`no Chromium at ${executablePath}; name one with CHROMIUM=/path/to/chromium`);
  console.log(needed ? '0 passed, 1 failed' : '0 passed, 0 failed, 1 skipped');
  process.exit(needed ? 1 : 0);
}

const outDir = mkdtempSync(join(tmpdir(), 'advml-wasm-page-'));
const config = {
  root,
  configFile: false,
  logLevel: 'warn',
  build: { outDir, emptyOutDir: true, target: 'es2022', reportCompressedSize: false },
};
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opens the page and hands back what its checks found; requests to any other address count as a failure. */
async function runPage(address) {
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage();
    const elsewhere = new Set();
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== 'data:' && origin !== new URL(address).origin) elsewhere.add(origin);
    });
    page.on('pageerror', (error) => console.log(`  page: ${error.message}`));
    await page.goto(address);
    await page.waitForFunction(() => document.title !== '', undefined, { timeout: 60_000 });
    const results = await page.evaluate(() => globalThis.findings);
    const error = elsewhere.size > 0 ? `asked ${[...elsewhere].join(', ')}` : undefined;
    return [...results, { name: 'nothing is fetched from elsewhere', error }];
  } finally {
    await browser.close();
  }
}

let results;
try {
  await build(config);
  const server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0 } });
  try {
    const [address] = server.resolvedUrls.local;
    results = [...(await runPage(address)), ...(await runPage(`${address}?nowhere`))];
  } finally {
    await server.close();
  }
} catch (error) {
  results = [{ name: 'the page is built, served and opened', error: error.message }];
} finally {
  rmSync(outDir, { recursive: true, force: true });
}

const failed = results.filter(({ error }) => error !== undefined);
for (const { name, error } of results) console.log(error === undefined ? `  ok ${name}` : `  not ok ${name}: ${error}`);
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
