/** Text made safe to stand in HTML, between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/**
 * A table with a heading row; cells are plain text. On a narrow screen each row becomes a card, whose lines are named by the headings.
 *
 * @param heading - Names of the columns.
 * @param rows - Their cells.
 * @returns HTML.
 */
export function tableHtml(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return tableOfHtml(
    heading,
    rows.map((cells) => cells.map(escapeHtml)),
  );
}

/**
 * A table as {@link tableHtml} makes it, of cells that are HTML.
 *
 * @param heading - Names of the columns, in plain text.
 * @param rows - Their cells.
 * @returns HTML.
 */
export function tableOfHtml(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = heading.map(escapeHtml);
  const head = names.map((name) => `<th scope="col">${name}</th>`).join('');
  const line = (cells: readonly string[]) =>
    `<tr>${cells.map((cell, at) => `<td data-label="${names[at]}">${cell}</td>`).join('')}</tr>`;
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.map(line).join('\n')}</tbody></table></div>`;
}

const style = (darkFigures: string): string => `
:root {
  color-scheme: light dark;
  --ground: #fff; --ink: #1b1b1f; --quiet: #5a5f69; --line: #d9dce2; --shade: #f4f5f7; --link: #0b57a4;
  --yes: #116329; --no: #a40e26;
}
* { box-sizing: border-box; }
body {
  font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground);
  margin: 0 auto; padding: 2rem clamp(1rem, 3vw, 2.5rem); max-width: 84rem;
}
h1, h2, h3 { line-height: 1.2; overflow-wrap: anywhere; } h2 { margin-top: 3rem; } h3 { margin-top: 2rem; }
p, li, dd { max-width: 46rem; } a { color: var(--link); }
.quiet { color: var(--quiet); font-size: 0.92rem; }
.verdict { font-size: 1.5rem; font-weight: 600; margin: 0.5rem 0; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.2rem; margin: 1rem 0; }
.facts dt { color: var(--quiet); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.chips { display: flex; flex-wrap: wrap; gap: 0.4rem 0.6rem; padding: 0; list-style: none; max-width: none; }
.chips a { padding: 0.1rem 0.6rem; border: 1px solid currentColor; border-radius: 1rem; text-decoration: none; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.4rem 0.9rem 0.4rem 0; border-bottom: 1px solid var(--line); }
th { vertical-align: bottom; } td { vertical-align: top; }
figure { margin: 2rem 0; overflow-x: auto; } figure svg { display: block; max-width: 100%; height: auto; }
.on-narrow { display: none; }
.holds { color: var(--yes); font-weight: 600; } .fails { color: var(--no); font-weight: 600; }
details { margin: 1rem 0; } summary { cursor: pointer; }
.terms dt { font-weight: 600; } .terms dd { margin: 0 0 0.5rem; }
pre, code { background: var(--shade); font-size: 0.85rem; }
pre { padding: 0.8rem; overflow-x: auto; } code { padding: 0.1rem 0.3rem; }
@media (max-width: 48rem) {
  body { padding-top: 1rem; }
  .on-wide { display: none; } .on-narrow { display: block; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: 0.5rem; }
  table, tbody, tr, td { display: block; } thead { display: none; }
  tr { border-bottom: 1px solid var(--line); padding: 0.6rem 0; }
  td { display: grid; grid-template-columns: minmax(6rem, 38%) 1fr; gap: 0.8rem; padding: 0.15rem 0; border: 0; overflow-wrap: anywhere; }
  td:empty { display: none; }
  td::before { content: attr(data-label); color: var(--quiet); font-weight: 400; }
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #17191d; --ink: #e8e8ea; --quiet: #a9adb6; --line: #3a3e46; --shade: #22252b; --link: #7db8f0;
    --yes: #5fd38a; --no: #ff8f8f;
  }
  ${darkFigures}
}
@media print { .on-wide { display: block; } .on-narrow { display: none; } }
`;

/**
 * The look of pages, for light and dark screens, wide and narrow ones, and of the figures in them.
 *
 * @returns Rules of CSS.
 */
export async function pageStyle(): Promise<string> {
  const { darkFigures } = await import('./drawing.ts');
  return style(darkFigures('figure'));
}

/**
 * A whole page that loads nothing from anywhere, for light and dark screens, wide and narrow ones.
 *
 * @param title - Of the window.
 * @param body - HTML.
 * @returns The page.
 */
export async function pageHtml(title: string, body: string): Promise<string> {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)}</title>
<style>${await pageStyle()}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
