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
const timeout = 300_000; // ms until a page must be done, on a busy machine too

const args = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Without a GPU, as pages are tested that use none. */
const noGpu = ['--disable-gpu'];

/** A GPU that is computed by SwiftShader, for WebGL and WebGPU. */
export const softwareGpu = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  // Without these two what is read from WebGPU at once (dataSync) is zero.
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
];

/**
 * Works with a browser, and closes it.
 *
 * @param {(browser: import('playwright-core').Browser) => Promise<T>} work What to do.
 * @param {readonly string[]} gpu Flags that say what computes graphics. Default: nothing.
 * @returns {Promise<T>} What the work returns.
 * @template T
 */
export async function withBrowser(work, gpu = noGpu) {
  const browser = await chromium.launch({ executablePath, args: [...args, ...gpu] });
  return work(browser).finally(() => browser.close());
}

/**
 * Watches what a page asks for.
 *
 * @param {import('playwright-core').Page} page The page.
 * @param {string} address What it is about to open.
 * @returns {() => { name: string, error?: string }} Tells whether it has asked any other origin.
 */
export function watched(page, address) {
  const elsewhere = new Set();
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && origin !== new URL(address).origin) elsewhere.add(origin);
  });
  page.on('pageerror', (error) => console.log(`  page: ${error.message}`));
  return () => ({
    name: 'nothing is fetched from elsewhere',
    error: elsewhere.size > 0 ? `asked ${[...elsewhere].join(', ')}` : undefined,
  });
}

/** Opens an address; requests to any other origin count as a failure. */
function open(address, read, { gpu, patience = timeout }) {
  return withBrowser(async (browser) => {
    const page = await browser.newPage();
    const askedElsewhere = watched(page, address);
    await page.goto(address);
    await page.waitForFunction(() => document.title !== '', undefined, { timeout: patience });
    return [...(await page.evaluate(read)), askedElsewhere()];
  }, gpu);
}

/** How pages usually are. */
const plain = { headers: {}, minify: true };

/** What gives a page shared memory, and with it threads: tfjs hands them its program as text, with names as they are. */
const isolation = {
  headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  minify: false,
};

async function visit(root, queries, read, { headers, minify, ...browser }) {
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
      for (const query of queries)
        results.push(...(await open(`${server.resolvedUrls.local[0]}${query}`, read, browser)));
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
 * Prints what was found and a last line `N passed, N failed`, and ends the process. Without a browser everything is skipped, or, where
 * CI is set, has failed.
 *
 * @param {() => Promise<{ name: string, error?: string, skipped?: string }[]>} find Looks, with a browser.
 */
export async function tell(find) {
  if (!existsSync(executablePath)) {
    const needed = Boolean(process.env.CI);
    console.log(`no Chromium at ${executablePath}; name one with CHROMIUM=/path/to/chromium`);
    console.log(needed ? '0 passed, 1 failed' : '0 passed, 0 failed, 1 skipped');
    process.exit(needed ? 1 : 0);
  }
  const results = await find();
  const failed = results.filter(({ error }) => error !== undefined);
  const skipped = results.filter(({ skipped }) => skipped !== undefined);
  for (const { name, error, skipped } of results)
    console.log(error ? `  not ok ${name}: ${error}` : skipped ? `  skipped ${name}: ${skipped}` : `  ok ${name}`);
  const counts = `${results.length - failed.length - skipped.length} passed, ${failed.length} failed`;
  console.log(skipped.length > 0 ? `${counts}, ${skipped.length} skipped` : counts);
  process.exit(failed.length === 0 ? 0 : 1);
}

/**
 * Visits a page with each of some queries and tells what it found; see {@link tell}.
 *
 * @param {string} root Folder of the page.
 * @param {readonly string[]} queries Queries to visit it with.
 * @param {readonly string[]} isolated Queries to visit it with where it is cross-origin isolated.
 * @param {() => { name: string, error?: string, skipped?: string }[]} read What the page found, read in the page.
 * @param {{ gpu?: readonly string[], patience?: number }} browser What computes graphics, and milliseconds until a page must be done.
 */
export function checkPage(root, queries = [''], isolated = [], read = () => globalThis.findings, browser = {}) {
  return tell(async () => [
    ...(await visit(root, queries, read, { ...plain, ...browser })),
    ...(isolated.length > 0 ? await visit(root, isolated, read, isolation) : []),
  ]);
}
