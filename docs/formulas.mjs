// Formulas in Markdown, rendered to MathML, which browsers draw without style sheets or scripts.
import katex from 'katex';

const render = (source, displayMode) =>
  katex.renderToString(source, { output: 'mathml', displayMode, throwOnError: true });

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
