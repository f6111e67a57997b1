// Code in Markdown: which fences there are, and what a page says they stand on.
//
// A fence that is no whole program has what it takes for granted in a comment before it, which readers do not see:
// `<!-- given CODE -->`; `<!-- given above CODE -->` adds all fences before it on the page.

const FENCE = /(?:^<!-- given( above)?\s([\s\S]*?)-->\n\s*)?^( *)```(ts|js)\n([\s\S]*?)^ *```$/gm;

/** The fences of TypeScript and JavaScript on a page, in order: language, code, and what comes before the code to compile it. */
export function fences(markdown) {
  const before = [];
  return Array.from(markdown.matchAll(FENCE), ([, above, given = '', indent, language, fenced]) => {
    const code = fenced.replace(new RegExp(`^${indent}`, 'gm'), '');
    const ground = [...(above ? before : []), given].join('\n');
    before.push(code);
    return { language, code, ground };
  });
}
