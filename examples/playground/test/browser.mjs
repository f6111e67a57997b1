// Builds the playground as its user would, on the built packages, and uses it in Chromium.
// Usage: node examples/playground/test/browser.mjs [train] [digits] [model] [--update] (after the build): all tabs, or some; --update writes
// the pictures anew.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useWasm } from '@advml/wasm';
import { register } from 'tsx/esm/api';
import { build, preview } from 'vite';
import { tell, watched, withBrowser } from '../../../test/browser-page.mjs';

register(); // Node runs the same sources as the page
await useWasm();
const { trainTab } = await import('./train.mjs');
const { digitsTab } = await import('./digits.mjs');
const { modelTab } = await import('./model.mjs');

const all = { train: trainTab, digits: digitsTab, model: modelTab };
const only = Object.keys(all).filter((name) => process.argv.includes(name));
const tabs = (only.length > 0 ? only : Object.keys(all)).map((name) => all[name]);

const root = fileURLToPath(new URL('..', import.meta.url));

/** The page in a folder of its own, served under some path and with its headers while something is done with it. */
async function served(use) {
  const outDir = mkdtempSync(join(tmpdir(), 'advml-playground-'));
  const config = { root, logLevel: 'error', build: { outDir, emptyOutDir: true, reportCompressedSize: false } };
  try {
    await build(config);
    const server = await preview({ ...config, base: '/any/where/', preview: { port: 0 } });
    try {
      return await use(server.resolvedUrls.local[0]);
    } finally {
      await server.close();
    }
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** In the page, before anything else: notes what the security policy refuses. */
function watchPage() {
  globalThis.refused = [];
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    globalThis.refused.push(`${violatedDirective} ${blockedURI}`),
  );
}

await tell(() =>
  served((address) =>
    withBrowser(async (browser) => {
      const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, colorScheme: 'light' });
      context.setDefaultTimeout(120_000);
      await context.addInitScript(watchPage);
      const [page, blank] = [await context.newPage(), await context.newPage()];
      const errors = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      const askedElsewhere = watched(page, address);
      const findings = [];
      for (const tab of tabs) findings.push(...(await tab({ page, blank, address })));
      return [
        ...findings,
        askedElsewhere(),
        {
          name: 'the security policy refuses nothing',
          error: (await page.evaluate(() => globalThis.refused)).join(', ') || undefined,
        },
        { name: 'the page reports no error', error: errors.join('; ') || undefined },
      ];
    }),
  ),
);
