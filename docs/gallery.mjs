// `node docs/gallery.mjs`: draws the figures in guides/gallery by the examples in their doc comments, and writes the guide around them.
//
// `node docs/gallery.mjs --examples` first runs every program of examples/ in full, which takes minutes, and keeps the picture of each;
// `--pages` opens its pages in Chromium and keeps pictures of them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as plots from '@advml/plots';
import { transformSync } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const guide = join(here, 'guides', 'gallery.md');
const folder = join(here, 'guides', 'gallery');
const sources = join(root, 'packages', 'plots', 'src');
const examples = join(root, 'examples');
const functions = new Map(Object.entries(plots));
const ofPlots = createRequire(join(sources, 'index.ts'));

/** Where the experiments that ship are told of, by their names: what runs each, and a figure of that run. */
export const experiments = {
  paper: ['npx advml run paper --seeds 5', 'features', 'reading-the-results.md'],
  patches: ['npx advml run patches --seeds 5', 'patches-filters', 'patches.md'],
  'images-mlp': ['npx advml run images-mlp', 'images-mlp-layers-linf', 'real-images.md'],
  'images-cnn': ['npx advml run images-cnn --preset robust', 'images-cnn-robust-filters', 'real-images.md'],
  'images-resnet': ['npx advml run images-resnet', 'images-resnet-path', 'real-images.md'],
};

/** Examples that draw nothing by themselves. */
const elsewhere = {
  'compose-an-experiment': 'npx advml run ./examples/compose-an-experiment.ts --seeds 3',
};

/** Pages of examples/: a file to begin with, what each shows, what starts it, where it opens, and what it has once its picture can be taken. */
export const pages = {
  playground: {
    file: 'README.md',
    about: 'Train, attack and certify while you watch; fool digits that you draw; attack a model of yours.',
    command: 'npm run playground',
    address: '?run=c200a200',
    has: '[role=status]:has-text("Paused")',
    height: 760,
  },
  'in-a-page': {
    file: 'page.ts',
    about: 'Attack in a worker of a web page, and draw the result there.',
    command: 'npx vite examples/in-a-page',
    address: '',
    has: 'svg[role=img]',
    height: 430,
  },
};

/** The figures of `@advml/plots`: every function that gives one, with the example in its doc comment. */
export function figures() {
  return readdirSync(sources).flatMap((file) => {
    const source = readFileSync(join(sources, file), 'utf8');
    const found = source.match(
      / \* @example\n \* ```ts\n((?: \*.*\n)*?) \* ```\n \*\/\nexport function (\w+)\([^)]*RenderOptions/,
    );
    return found ? [{ name: found[2], code: found[1].replace(/^ \* ?/gm, '').trimEnd() }] : [];
  });
}

/** A figure by its example, which leaves it in `text`. */
export async function draw({ name, code }) {
  const { code: plain } = transformSync(code, { loader: 'ts' });
  const Plot = /\bPlot\./.test(code) && (await import(pathToFileURL(ofPlots.resolve('@observablehq/plot')).href));
  return plots.lightAndDark(new Function(name, 'Plot', `${plain}\nreturn text;`)(functions.get(name), Plot));
}

/** The last lines of a program, ten at most, from where a statement begins: those that draw its picture. */
function lastLines(source) {
  const lines = source.trimEnd().split('\n').slice(-10);
  return lines.slice(lines.findIndex((line) => /^[\w/]/.test(line))).join('\n');
}

/** The programs of examples/, with what each draws. */
export function programs() {
  const files = readdirSync(examples).filter((file) => file.endsWith('.ts'));
  return files.map((file) => {
    const source = readFileSync(join(examples, file), 'utf8');
    return { name: file.replace('.ts', ''), about: source.match(/^\/\/ (.*)/)[1], code: lastLines(source) };
  });
}

const fence = (language, code) => `\`\`\`${language}\n${code}\n\`\`\``;
/** What the example of a figure takes for granted, for those who compile it; see scripts/suites/fences.mjs. */
const given = ({ name, code }) =>
  `<!-- given import { ${name} } from '@advml/plots';${/\bPlot\./.test(code) ? ' declare const Plot: { lineY(values: readonly number[]): never };' : ''} -->`;
const picture = (words, file) => `![${words}](${file})`;

/** The guide as Markdown. */
export function page() {
  const ofPrograms = programs().map(({ name, about, code }) => {
    const made = elsewhere[name] ? fence('sh', elsewhere[name]) : fence('typescript', code);
    return `### [${name}](../../examples/${name}.ts)\n\n${about}\n\n${picture(about, `gallery/${name}.svg`)}\n\n${made}`;
  });
  const ofPages = Object.entries(pages).map(
    ([name, { file, about, command }]) =>
      `### [${name}](../../examples/${name}/${file})\n\n${about}\n\n${picture(about, `gallery/${name}.png`)}\n\n${fence('sh', command)}`,
  );
  const ofExperiments = Object.entries(experiments).map(
    ([name, [command, figure, about]]) =>
      `### ${name}\n\n${picture(`A figure of ${name}`, `figures/${figure}.svg`)}\n\n${fence('sh', command)}\n\n[What came out](${about})`,
  );
  const ofFigures = figures().map((figure) => {
    const { name, code } = figure;
    return `### ${name}\n\n${picture(`The example of ${name}`, `gallery/${name}.svg`)}\n\n${given(figure)}\n\n${fence('ts', code)}`;
  });
  return [
    '---\ntitle: Gallery\ncategory: Start\n---\n\n# Gallery',
    'Every example, every experiment that ships and every figure of `@advml/plots`, with the lines that drew it. Pictures are light or dark as your screen is. `node docs/gallery.mjs` writes this page.',
    '## Examples',
    'Each program is one page; these are its last lines. `npx tsx examples/NAME.ts` runs one in a clone that has been built.',
    ...ofPrograms,
    ...ofPages,
    '## Experiments',
    'Each command leaves a report with more figures than this one.',
    ...ofExperiments,
    '## Figures',
    'Plain records in, SVG out. The records here are made up; the functions are those that drew all other figures of these guides.',
    ...ofFigures,
  ]
    .join('\n\n')
    .concat('\n');
}

/** Runs the programs in full, each in the folder that keeps its picture. */
function runPrograms() {
  for (const { name } of programs().filter((program) => !elsewhere[program.name])) {
    console.log(name);
    const args = ['--import', import.meta.resolve('tsx'), join(examples, `${name}.ts`)];
    const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`examples/${name}.ts ended with ${status}`);
    const file = join(folder, `${name}.svg`);
    writeFileSync(file, plots.lightAndDark(readFileSync(file, 'utf8')));
  }
}

/** Builds the pages, opens each, and keeps a picture of it. */
async function takePictures() {
  const { build, preview } = await import('vite');
  const { withBrowser } = await import('../test/browser-page.mjs');
  for (const [name, { address, has, height }] of Object.entries(pages)) {
    console.log(name);
    const config = { root: join(examples, name), logLevel: 'warn' };
    await build(config);
    const server = await preview({ ...config, preview: { host: '127.0.0.1', port: 0 } });
    await withBrowser(async (browser) => {
      const page = await browser.newPage({ viewport: { width: 1000, height } });
      await page.goto(`${server.resolvedUrls.local[0]}${address}`);
      await page.locator(has).first().waitFor({ timeout: 300_000 });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    });
    await server.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(folder, { recursive: true });
  if (process.argv.includes('--examples')) runPrograms();
  if (process.argv.includes('--pages')) await takePictures();
  for (const figure of figures()) writeFileSync(join(folder, `${figure.name}.svg`), await draw(figure));
  writeFileSync(guide, page());
  const lacking = programs().filter(({ name }) => !existsSync(join(folder, `${name}.svg`)));
  if (lacking.length > 0) console.error(`no picture yet: ${lacking.map(({ name }) => name).join(', ')}`);
}
