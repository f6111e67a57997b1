// Opens the page of consumers/ in Chromium, in a project where the packages are installed; see browser-page.mjs.
// Usage: node test/consumer-page.mjs FOLDER EXPECTED
import { checkPage } from './browser-page.mjs';

const [folder, expected] = process.argv.slice(2);
await checkPage(folder, [`?${new URLSearchParams({ expected })}`]);
