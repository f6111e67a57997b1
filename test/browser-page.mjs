// Bundles a page, serves it on this machine alone, opens it in Chromium and hands back what the page found.
// A page sets document.title when it is done, and leaves `findings` ({ name, error? }[]) on globalThis.
// CHROMIUM names the browser, default /usr/bin/chromium.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

// biome-ignore lint/suspicious/noUndeclaredEnvVars: no task of turbo reads it
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const timeout = 120_000; // ms until a page must be done

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opens an address; requests to any other origin count as a failure. */
async function open(address, read) {
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
    await page.waitForFunction(() => document.title !== '', undefined, { timeout });
    const results = await page.evaluate(read);
    const error = elsewhere.size > 0 ? `asked ${[...elsewhere].join(', ')}` : undefined;
    return [...results, { name: 'nothing is fetched from elsewhere', error }];
  } finally {
    await browser.close();
  }
}

/** How pages usually are. */
const plain = { headers: {}, minify: true };

/** What gives a page shared memory, and with it threads: tfjs hands them its program as text, with names as they are. */
const isolation = {
  headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  minify: false,
};

async function visit(root, queries, read, { headers, minify }) {
  const outDir = mkdtempSync(join(tmpdir(), 'advml-page-'));
  const own = join(root, 'vite.config.js');
  const config = {
    root,
    configFile: existsSync(own) ? own : false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      minify,
      target: 'es2022',
      reportCompressedSize: false,
      chunkSizeWarningLimit: 5000,
    },
  };
  try {
    await build(config);
    const server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0, headers } });
    try {
      const results = [];
      for (const query of queries) results.push(...(await open(`${server.resolvedUrls.local[0]}${query}`, read)));
      return results;
    } finally {
      await server.close();
    }
  } catch (error) {
    return [{ name: 'the page is built, served and opened', error: error.message }];
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/**
 * Visits a page with each of some queries, prints what it found and a last line `N passed, N failed`, and ends the process.
 * Without a browser everything is skipped, or, where CI is set, has failed.
 *
 * @param {string} root Folder of the page.
 * @param {readonly string[]} queries Queries to visit it with.
 * @param {readonly string[]} isolated Queries to visit it with where it is cross-origin isolated.
 * @param {() => { name: string, error?: string }[]} read What the page found, read in the page.
 */
export async function checkPage(root, queries = [''], isolated = [], read = () => globalThis.findings) {
  if (!existsSync(executablePath)) {
    const needed = process.env.CI === 'true';
    console.log(`no Chromium at ${executablePath}; name one with CHROMIUM=/path/to/chromium`);
    console.log(needed ? '0 passed, 1 failed' : '0 passed, 0 failed, 1 skipped');
    process.exit(needed ? 1 : 0);
  }
  const results = await visit(root, queries, read, plain);
  if (isolated.length > 0) results.push(...(await visit(root, isolated, read, isolation)));
  const failed = results.filter(({ error }) => error !== undefined);
  for (const { name, error } of results)
    console.log(error === undefined ? `  ok ${name}` : `  not ok ${name}: ${error}`);
  console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
  process.exit(failed.length === 0 ? 0 : 1);
}
