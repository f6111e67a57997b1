// The report opens offline, says every claim, and believes no text that it is given.

import { InputError } from '@advml/core';
import { type Claim, keptMeasure, type RunRecord, readRunRecord, reportRun, resumeRun, startRun } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { escapeHtml } from '../../runs/src/report/html.ts';
import { numberOf } from '../../runs/src/report/numbers.ts';
import { writeMeasure } from '../../runs/src/stages/measures.ts';
import { writeRunRecord } from '../../runs/src/store/run-record.ts';
import type { Overfitting } from '../src/index.ts';
import { paper } from '../src/index.ts';
import { leavings, type OpenStore, openStore, textOf, tiny } from './tiny.ts';
import { unbelieved } from './unbelieved.ts';
import { faultOf } from './well-formed.ts';

const figures = ['cosines-init', 'cosines-purification', 'features', 'perturbation', 'robustness', 'training'];
const hostile = { '"><img src=http://evil.example>': "</table><script>alert('1')</script>", backend: 'wasm & more' };

let one: OpenStore;
let two: OpenStore;
let claims: readonly Claim[];
let overSeeds: readonly Claim[];
beforeAll(async () => {
  await useWasm();
  one = openStore();
  claims = await startRun(one, paper, tiny, { environment: hostile });
  two = openStore();
  overSeeds = await startRun(two, paper, { ...tiny, seeds: [3, 8] }, { environment: hostile });
});

/** The tags of a page: hostile text that stands between them does no harm. */
const tagsOf = (html: string): string => (html.match(/<[^<>]*>/g) ?? []).join('\n');

/** A cell of a table, in a column of some name. */
const cell = (column: string, text: string): string =>
  `<td data-label="${escapeHtml(column)}">${escapeHtml(text)}</td>`;

/** Every address that a page or a picture would load or follow. */
const addresses = (html: string): string[] =>
  [...tagsOf(html).matchAll(/\b(?:src|srcset|href|xlink:href|action|data|poster)\s*=\s*["']?([^"'\s>]*)/gi)]
    .concat([...html.matchAll(/url\(\s*["']?([^"')]*)|@import\s+["']?([^"';]*)/gi)])
    .map(([, first, second]) => first ?? second);

const pages: [string, () => string][] = [
  ['one seed', () => textOf(one, 'report.html')],
  ['several seeds', () => textOf(two, 'report.html')],
  ['one of several seeds', () => textOf(two, 'seed-8/report.html')],
];

describe.each(pages)('the report of %s', (_, pageOf) => {
  it('loads nothing: no address leads elsewhere, and its policy forbids it', () => {
    const page = pageOf();
    for (const address of addresses(page)) expect(address).toMatch(/^(#\w*|seed-\d+\/report\.html$)/);
    expect(page).not.toMatch(/<(script|link|iframe|object|embed|base|form|img|image|use)\b/i);
    expect(tagsOf(page)).not.toMatch(/\son\w+\s*=/i);
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)?.[1];
    expect(policy?.split('; ')).toEqual(["default-src 'none'", "style-src 'unsafe-inline'", 'img-src data:']);
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  });

  it('is a page in English with a title, in UTF-8, whose elements are all closed', () => {
    const page = pageOf();
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
    expect(page).toMatch(/<title>Feature purification, [^<]+<\/title>/);
    const xml = page.replace('<!doctype html>', '').replace(/<meta ([^>]*)>/g, '<meta $1/>');
    expect(faultOf(xml.trim())).toBeUndefined();
  });

  it('shows the setting and the environment as text', () => {
    const page = pageOf();
    for (const [name, value] of Object.entries(hostile)) {
      expect(page).toContain(`${cell('What', name)}${cell('Value', value)}</tr>`);
    }
    expect(page).toContain('&#34;dimension&#34;: 32');
    expect(page).not.toContain("alert('1')");
  });
});

describe('the report of one seed', () => {
  it('contains every claim with its number, its bar and its outcome, and all that is behind it', () => {
    const page = textOf(one, 'report.html');
    expect(claims).toHaveLength(13);
    for (const claim of claims) {
      const cells = [
        cell('Claim', claim.id),
        `<td data-label="Outcome" class="quiet">${claim.holds ? 'holds' : 'does not hold'}</td>`,
        cell('What is claimed', claim.statement),
        cell('Number', claim.quantity),
        cell('Measured, 95% interval', numberOf(claim)),
        cell('Bar', claim.bar),
      ];
      expect(page).toContain(`<tr>${cells.join('')}</tr>`);
      expect(page).toContain(`<li><strong>${claim.id}</strong> `);
      if (claim.attack) expect(page).toContain(cell('Attack or certifier', claim.attack));
    }
  });

  it('begins with how many claims hold, how long it took, the command, and one picture', () => {
    const page = textOf(one, 'report.html');
    const summary = page.slice(page.indexOf('<h1>'), page.indexOf('<h2'));
    expect(summary).toContain(`${claims.filter(({ holds }) => holds).length} of 13 claims hold`);
    expect(summary).toMatch(/<dt>Took<\/dt><dd>\d+ s<\/dd>/);
    expect(summary).toMatch(/<code>npx advml run paper [^<]*--seed 3 [^<]*--set data\.dimension=32/);
    expect(summary.match(/<figure id="(\w+)"/)?.[1]).toBe('robustness');
    expect(page.match(/<figure id="robustness"/g)).toHaveLength(1);
  });

  it('explains the words of its attacks, and only those', () => {
    const page = textOf(one, 'report.html');
    for (const term of ['PGD', 'dense mixture', 'no random start']) expect(page).toContain(`<dt>${term}</dt>`);
    for (const term of ['APGD', 'FAB', 'dlrOrMargin']) expect(page).not.toContain(`<dt>${term}</dt>`);
  });

  it('says on top that the preset is too small for verdicts, and paints verdicts where it is not', async () => {
    const page = textOf(one, 'report.html');
    const [caveat, table] = [
      page.indexOf('<p class="quiet">The preset smoke is too small'),
      page.indexOf('<h2 id="_claims">'),
    ];
    expect(caveat).toBeGreaterThan(0);
    expect(caveat).toBeLessThan(table);
    const store = openStore(new Map(one.files));
    await writeRunRecord(store, { ...((await readRunRecord(store)) as RunRecord), preset: 'paper' });
    await reportRun(store, paper);
    const other = textOf(store, 'report.html');
    expect(other).not.toContain('too small for verdicts');
    for (const { holds } of claims)
      expect(other).toContain(
        `<td data-label="Outcome" class="${holds ? 'holds">holds' : 'fails">does not hold'}</td>`,
      );
  });

  it('shows the pictures that lie beside it', () => {
    const page = textOf(one, 'report.html');
    for (const name of figures) {
      const [before, after] = page.split(
        `<figure id="${name}"><div class="on-wide">${textOf(one, `figures/${name}.svg`)}</div>`,
      );
      expect(before).not.toContain(`<figure id="${name}"`);
      expect(after).toMatch(/^<div class="on-narrow"><svg [^>]* width="360"/);
    }
  });

  it('is made for phones and for dark screens', () => {
    const page = textOf(one, 'report.html');
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(page).toContain('@media (max-width: 48rem)');
    expect(page).toContain('@media (prefers-color-scheme: dark)');
    expect(page).toContain('figure svg [fill="#1a1a1a"]');
  });

  it('folds the long setting', () => {
    expect(textOf(one, 'report.html')).toMatch(/<details><summary>Every value of the setting<\/summary><pre>\{/);
  });
});

describe('a run of several seeds', () => {
  it('is a complete run a seed, and the claims over them', async () => {
    const inSeed = (seed: number) => [...two.files.keys()].filter((name) => name.startsWith(`seed-${seed}/`));
    const alone = [...one.files.keys()];
    for (const seed of [3, 8]) expect(inSeed(seed).sort()).toEqual(alone.map((name) => `seed-${seed}/${name}`).sort());
    const shared = [...two.files.keys()].filter((name) => !name.startsWith('seed-'));
    expect(shared.sort()).toEqual([
      'claims.json',
      'figures/_seeds.svg',
      'report.html',
      'run.json',
      'tables/certified.csv',
      'tables/masking.csv',
      'tables/networks.csv',
      'tables/overfitting.csv',
      'tables/path-points.csv',
      'tables/path.csv',
    ]);
    expect(JSON.parse(textOf(two, 'claims.json'))).toMatchObject({ seeds: [3, 8], claims: overSeeds });
    expect(JSON.parse(textOf(two, 'run.json'))).toMatchObject({ seeds: [3, 8], status: 'finished' });
    expect(JSON.parse(textOf(two, 'seed-8/run.json'))).toMatchObject({ seeds: [8], status: 'finished' });
  });

  it('has in each seed what that seed gives alone, and the mean of both', () => {
    const ofBoth = leavings(two);
    for (const [name, content] of Object.entries(leavings(one))) expect(ofBoth[`seed-3/${name}`]).toBe(content);
    const second: readonly Claim[] = JSON.parse(textOf(two, 'seed-8/claims.json')).claims;
    expect(second).not.toEqual(claims);
    for (const [at, claim] of overSeeds.entries()) {
      expect(claim.value).toBeCloseTo((claims[at].value + second[at].value) / 2, 12);
      const isBeyond = claim.detail.intervalBeyondBar !== false;
      expect(claim.holds).toBe(claims[at].holds && second[at].holds && isBeyond);
    }
  });

  it('links to the reports of its seeds', () => {
    const page = textOf(two, 'report.html');
    for (const seed of [3, 8]) expect(page).toContain(`<a href="seed-${seed}/report.html">seed ${seed}</a>`);
    expect(page).toContain(`<figure id="_seeds"><div class="on-wide">${textOf(two, 'figures/_seeds.svg')}</div>`);
    expect(page).toContain(' values with intervals against their bars: ');
  });

  it('goes on where it was: a seed that is finished is not made again', async () => {
    const store = openStore(new Map([...two.files].filter(([name]) => !/^(claims|report)|^seed-8\//.test(name))));
    await resumeRun(store, paper);
    expect(leavings(store)).toEqual(leavings(two));
  });

  it('is reported anew with all its seeds', async () => {
    const kept = [...two.files].filter(([name]) => !/report\.html$|\.svg$/.test(name));
    const store = openStore(new Map(kept));
    expect(await reportRun(store, paper)).toEqual(overSeeds);
    expect([...store.files.keys()].sort()).toEqual([...two.files.keys()].sort());
    for (const name of ['report.html', 'seed-3/report.html']) expect(textOf(store, name)).toBe(textOf(two, name));
  });
});

describe('a figure', () => {
  const all: [string, () => string][] = [
    ...figures.map((name): [string, () => string] => [name, () => textOf(one, `figures/${name}.svg`)]),
    ['seeds', () => textOf(two, 'figures/_seeds.svg')],
  ];

  it.each(all)('%s is one well-formed SVG that stands alone and says what it shows', (_, svgOf) => {
    const svg = svgOf();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*viewBox="0 0 [\d.]+ [\d.]+"/);
    expect(faultOf(svg)).toBeUndefined();
    expect(svg).toMatch(/<title>[^<]+<\/title><desc>[^<]+<\/desc>/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    for (const address of addresses(svg)) expect(address).toMatch(/^#/);
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:/);
  });

  it.each(all.slice(0, -1))('%s names the setting and the seed', (_, svgOf) => {
    expect(svgOf()).toContain('d 32, m 24, k 2, gamma 0.5, tau 0.22 (l2), seed 3');
  });
});

describe('signs of a masked gradient', () => {
  it('stand beside the robust accuracy of every variant, and in the claims that read it', () => {
    expect(unbelieved(one)).toEqual([]);
    const [heading, ...rows] = textOf(one, 'tables/overfitting.csv').trim().split('\n');
    expect(heading).toMatch(/,signs of a masked gradient$/);
    for (const row of rows) expect(row).not.toMatch(/not looked for$/);
    for (const { id, detail } of claims.filter(({ id }) => ['C2', 'C3', 'C9'].includes(id)))
      expect(detail, id).toHaveProperty('maskingSigns');
  });

  it('are missing in the measures of earlier versions, whose reports say so', async () => {
    const store = openStore(new Map(one.files));
    const { variants, attack } = await keptMeasure<Overfitting>(store, 'overfitting/variants');
    await writeMeasure(store, 'overfitting/variants', {
      attack,
      variants: variants.map(({ masking: _, ...variant }) => variant),
    });
    const c9 = (await reportRun(store, paper)).find(({ id }) => id === 'C9') as Claim;
    expect(c9.detail).not.toHaveProperty('maskingSigns');
    expect(textOf(store, 'tables/overfitting.csv')).toMatch(/,not looked for\n/);
    expect(textOf(store, 'report.html')).toContain('<td data-label="signs of a masked gradient">not looked for</td>');
  });
});

describe('a report made from files that someone has edited', () => {
  it('shows their text as text', async () => {
    const store = openStore(new Map(one.files));
    const evil = '<img src=x onerror=alert(2)>';
    const record = (await readRunRecord(store)) as RunRecord;
    await writeRunRecord(store, { ...record, preset: evil, started: evil });
    const measured = await keptMeasure<Overfitting>(store, 'overfitting/variants');
    const variants = measured.variants.map((variant) => ({ ...variant, name: evil }));
    await writeMeasure(store, 'overfitting/variants', { attack: evil, variants });
    await reportRun(store, paper);
    expect(textOf(store, 'report.html')).not.toContain('<img');
    expect(textOf(store, 'report.html').split(escapeHtml(evil)).length).toBeGreaterThan(5);
  });

  it('of several seeds is refused where one of them is of another run', async () => {
    const store = openStore(new Map(two.files));
    for (const [name, bytes] of one.files) store.files.set(`seed-8/${name}`, bytes);
    await expect(reportRun(store, paper)).rejects.toThrow(
      /seed-8\/run.json cannot be used \(it was made with another setting or seed/,
    );
  });

  it('is refused where a measurement is missing', async () => {
    const store = openStore(new Map(one.files));
    store.files.delete('measures/neurons.json');
    await expect(reportRun(store, paper)).rejects.toThrow(InputError);
    await expect(reportRun(store, paper)).rejects.toThrow(
      /has no measures\/neurons\.json yet; go on with 'advml resume runs\/tiny'/,
    );
  });
});

describe('the check of well-formedness', () => {
  it.each(['<a>', '<a></b>', '<a b="1" b="2"/>', '<a>&x</a>', '<a><</a>', 'x<a/>', '<a b=1/>'])(
    'refuses %s',
    (text) => {
      expect(faultOf(text)).toBeDefined();
    },
  );
  it('takes what is well-formed', () => {
    expect(faultOf('<a b="1" c="&lt;"><d/>x &#39;<e>y</e></a>')).toBeUndefined();
  });
});
