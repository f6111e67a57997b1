// Checks the built package in Chromium. Usage: node packages/wasm/test/browser.mjs (after the build).
import { fileURLToPath } from 'node:url';
import { checkPage } from '../../../test/browser-page.mjs';

await checkPage(fileURLToPath(new URL('browser', import.meta.url)), ['', '?nowhere'], ['?isolated', '?threads']);
