import { escapeHtml, type RunState } from '@advml/runs/internal';

/** A part of a page that is put in place anew when it has changed. */
export interface Section {
  /** Its id in the page. */
  readonly id: string;
  /** Its HTML; an empty one is left out. */
  readonly html: string;
}

/** A page about a folder. */
export interface Page {
  /** Of the window and the heading, in plain text. */
  readonly title: string;
  /** What it shows. */
  readonly sections: readonly Section[];
}

/** Where the parts of a page are; the names of folders in runs do not begin with a dot. */
export const ASSETS = '/.advml/';

/**
 * The address of what is in a folder.
 *
 * @param parts - The parts of its path.
 * @returns A path from the top of the server; that of a folder ends in a slash if the last part is empty.
 */
export const addressOf = (parts: readonly string[]): string => `/${parts.map(encodeURIComponent).join('/')}`;

/**
 * A link to the page of a folder.
 *
 * @param parts - The parts of the folder's path from the top of the server.
 * @param text - What is shown.
 * @returns HTML.
 */
export const pageLink = (parts: readonly string[], text: string): string =>
  `<a href="${addressOf([...parts, ''])}">${escapeHtml(text)}</a>`;

/**
 * A word about how a run is.
 *
 * @param state - How it is.
 * @returns HTML.
 */
export const stateHtml = (state: RunState | 'damaged'): string => `<span class="state ${state}">${state}</span>`;

/** The way from the top to a folder, as links. */
function wayHtml(top: string, parts: readonly string[]): string {
  const steps = [pageLink([], top), ...parts.map((part, at) => pageLink(parts.slice(0, at + 1), part))];
  return `<nav>${steps.join(' / ')}</nav>`;
}

/**
 * The whole page. It has no script and no style of its own, so that a strict policy of content can forbid them.
 *
 * @param page - What it shows.
 * @param top - What the top of the server is called.
 * @param parts - The parts of the folder's path.
 * @returns HTML.
 */
export function pageText({ title, sections }: Page, top: string, parts: readonly string[]): string {
  const shown = sections.filter(({ html }) => html !== '');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${ASSETS}look.css">
<script type="module" src="${ASSETS}live.js"></script>
</head>
<body>
<header>${parts.length > 0 ? wayHtml(top, parts) : ''}<p id="live" class="quiet" role="status"></p></header>
<main>
<h1>${escapeHtml(title)}</h1>
${shown.map(({ id, html }) => `<section id="${id}">${html}</section>`).join('\n')}
</main>
</body>
</html>
`;
}
