// Asks axe what keeps people from using the page as it stands, on a light and on a dark screen.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * @param {import('playwright-core').Page} page The page.
 * @param {string} name What it shows.
 */
export async function accessible(page, name) {
  const findings = [];
  await page.evaluate(axe);
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    const violations = await page.evaluate(async () => (await globalThis.axe.run()).violations);
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`);
    findings.push({ name: `axe finds nothing in ${name}, ${colorScheme}`, error: told.join('; ') || undefined });
  }
  return findings;
}

/**
 * Whether the page fits a phone: nothing wider than the screen.
 *
 * @param {import('playwright-core').Page} page The page.
 * @param {string} name What it shows.
 */
export async function fitsPhone(page, name) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 375, height: 800 });
  const width = await page.evaluate(
    () => new Promise((done) => setTimeout(() => done(document.documentElement.scrollWidth), 100)),
  );
  await page.setViewportSize(before);
  return { name: `${name} fits a phone`, error: width > 375 ? `it is ${width} pixels wide` : undefined };
}
