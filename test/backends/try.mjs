import { mkdtempSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

const root = new URL('browser', import.meta.url).pathname;
const outDir = mkdtempSync('/tmp/probe/page-');
const config = {
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir,
    emptyOutDir: true,
    minify: false,
    target: 'es2022',
    chunkSizeWarningLimit: 9000,
    reportCompressedSize: false,
  },
};
await build(config);
const server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0 } });
for (const backend of process.argv.slice(2)) {
  const start = Date.now();
  const b = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      '--enable-features=Vulkan',
      '--use-vulkan=swiftshader',
    ],
  });
  const p = await b.newPage();
  p.on('pageerror', (e) => console.log('page', e.message));
  p.on('console', (m) => process.env.LOUD && console.log('  console', m.text().slice(0, 300)));
  await p.goto(`${server.resolvedUrls.local[0]}?backend=${backend}&only=${encodeURIComponent(process.env.ONLY ?? '')}`);
  await p.waitForFunction(() => document.title !== '', undefined, { timeout: 500000 });
  const [all, findings] = await p.evaluate(() => [globalThis.conformed ?? [], globalThis.findings]);
  writeFileSync(`/tmp/probe/${backend}.json`, JSON.stringify(all));
  for (const { name, error } of findings.filter((x) => x.error).slice(0, 40))
    console.log('FAIL', name, '::', error.slice(0, 230));
  console.log(backend, all.length, 'seconds', (Date.now() - start) / 1000);
  console.log(
    'largest',
    [...all]
      .filter((x) => !x.error)
      .sort((a, b) => b.deviation - a.deviation)
      .slice(0, 12)
      .map((x) => `${x.name} ${x.place} ${x.deviation.toExponential(1)}`)
      .join('\n   '),
  );
  console.log(
    'slowest',
    [...all]
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, 8)
      .map((x) => `${x.name} ${x.seconds.toFixed(2)}`)
      .join('\n   '),
  );
  await b.close();
}
await server.close();
process.exit(0);
