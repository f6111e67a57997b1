// The page as files that can be put anywhere, and how a server should hand them out.
import { readFileSync } from 'node:fs';

/** What the page may do: the words of its own meta element, and no page may frame it, which only a header can say. */
const [, policy] = readFileSync(new URL('index.html', import.meta.url), 'utf8').match(/content="(default-src [^"]*)"/);

export default {
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' }, // what workers import has parts of its own
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 5000 },
  preview: {
    host: '127.0.0.1',
    headers: {
      'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  },
};
