// Formulas in Markdown, set by KaTeX before anyone reads them: HTML for the eye, MathML for those who listen, and fonts in a style sheet,
// so that a formula looks the same in every browser and asks for nothing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import katex from 'katex';

const render = (source, displayMode) =>
  katex.renderToString(source, { output: 'htmlAndMathml', displayMode, throwOnError: true });

/**
 * A markdown-it plugin: ```math fences become displayed formulas, `$...$` and $`...`$ become formulas in the line.
 * A formula that KaTeX cannot read stops the build.
 */
export function formulas(markdown) {
  const { fence } = markdown.renderer.rules;
  markdown.renderer.rules.fence = (tokens, index, ...rest) =>
    tokens[index].info.trim() === 'math' ? render(tokens[index].content, true) : fence(tokens, index, ...rest);

  markdown.inline.ruler.before('escape', 'formula', (state, silent) => {
    const found = state.src.slice(state.pos).match(/^\$`([^`]+)`\$|^\$(?![\s$])([^$]*[^\s$\\])\$(?!\d)/);
    if (!found) return false;
    if (!silent) state.push('formula', '', 0).content = found[1] ?? found[2];
    state.pos += found[0].length;
    return true;
  });
  markdown.renderer.rules.formula = (tokens, index) => render(tokens[index].content, false);
}

/** A long formula and a wide table scroll in their own boxes, and not the page; spaces at the end of a line of code stay in its frame. */
const OWN = `.katex-display { overflow-x: auto; overflow-y: hidden; padding: 0.2rem 0; }
.tsd-typography table { display: block; overflow-x: auto; }
.tsd-typography pre > code { background: none; }`;

/**
 * Writes KaTeX's style sheet with its fonts in it.
 *
 * @returns {string} Path of the file.
 */
export function formulaStyle() {
  const sheet = createRequire(import.meta.url).resolve('katex/dist/katex.min.css');
  const font = (name) => readFileSync(join(dirname(sheet), 'fonts', name)).toString('base64');
  const css = readFileSync(sheet, 'utf8').replace(
    /src:url\(fonts\/([\w-]+\.woff2)\)[^}]*/g,
    (_, name) => `src:url(data:font/woff2;base64,${font(name)}) format("woff2")`,
  );
  if (/url\((?!data:)/.test(css)) throw new Error('the style sheet of KaTeX names a file that is not in it');
  const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', '.cache', 'advml');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'formulas.css');
  writeFileSync(file, `${css}\n${OWN}\n`);
  return file;
}
