import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  featureMatrix,
  histograms,
  imageGrid,
  intervals,
  robustnessCurves,
  scatter,
  trainingCurves,
} from '@advml/plots';
import { chromium } from 'playwright-core';
import { build, defaultClientConditions } from 'vite';
import { beforeAll, expect, test } from 'vitest';

const browser = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
let script = '';

beforeAll(async () => {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@advml/source', ...defaultClientConditions] },
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('../src/index.ts', import.meta.url)), formats: ['iife'], name: 'plots' },
    },
  });
  const [{ output }] = [result].flat() as { output: { code?: string }[] }[];
  script = output.map(({ code }) => code ?? '').join('\n');
});

test('a bundle for a page has the figures and no second DOM', () => {
  expect(script).toContain('robustnessCurves');
  expect(script).not.toMatch(/linkedom|htmlparser2|HTMLParser/i);
});

const points = [
  { eps: 0, accuracy: 1, low: 0.9, high: 1 },
  { eps: 0.1, accuracy: 1 / 3, low: 0.3, high: 0.4 },
];
const values = Array.from({ length: 64 }, (_, i) => ((i * 37) % 64) / 64 - 0.5);
const records = [0, 7, 30].map((step) => ({ phase: 'clean', step, series: 'loss', value: 1 / (1 + step) }));
const calls = {
  robustnessCurves: { series: [{ label: 'a < b & "c"', points }], norm: 'l2', tau: 0.05, caption: 'τ\u00a0= 0.05' },
  trainingCurves: { records },
  featureMatrix: {
    panels: [{ label: 'w', rows: 8, columns: 8, values }],
    rowLabel: 'neuron',
    columnLabel: 'feature',
    valueLabel: 'coefficient',
  },
  imageGrid: {
    panels: [{ label: 'w', images: [{ values, label: 'a' }], colors: 'diverging' as const }],
    height: 8,
    width: 8,
  },
  histograms: { series: [{ label: 'cos', values }], xLabel: 'cosine', marks: [{ value: 0.3, label: 'bar' }] },
  scatter: { series: [{ label: 'a', points: values.map((x, i) => ({ x, y: i / 3 })) }], xLabel: 'x', yLabel: 'y' },
  intervals: { rows: [{ label: 'C1', value: 1 / 3, low: 0.3, high: 0.4, bar: 0.35, holds: false }] },
};

test.skipIf(!browser && !process.env.CI)('a page draws the same bytes as Node', async () => {
  const inNode = [
    robustnessCurves(calls.robustnessCurves),
    trainingCurves(calls.trainingCurves),
    featureMatrix(calls.featureMatrix),
    imageGrid(calls.imageGrid),
    histograms(calls.histograms),
    scatter(calls.scatter),
    intervals(calls.intervals),
  ];
  const opened = await chromium.launch({
    executablePath: browser,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
  try {
    const page = await opened.newPage({ deviceScaleFactor: 2 }); // on a coarse screen Plot shifts marks by half a pixel
    await page.setContent('<!doctype html><p>page</p>');
    await page.addScriptTag({ content: script });
    const inPage = await page.evaluate((all) => {
      const { plots } = globalThis as unknown as { plots: Record<string, (figure: unknown) => string> };
      return Object.entries(all).map(([name, figure]) => plots[name](figure));
    }, calls);
    expect(inPage).toEqual(inNode);
    expect(await page.evaluate(() => document.body.querySelectorAll('svg').length)).toBe(0);
  } finally {
    await opened.close();
  }
});
