// Reads packed IDX files, whole and bad ones, and opens the digits in Chromium, on the built package.
// Usage: node packages/data/test/browser.mjs (after the build).
import { fileURLToPath } from 'node:url';
import { checkPage } from '../../../test/browser-page.mjs';

await checkPage(fileURLToPath(new URL('browser', import.meta.url)));
