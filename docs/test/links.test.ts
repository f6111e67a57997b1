// Links in Markdown lead to files and headings that are there, and every guide is part of the site and of the lists.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root })
  .toString()
  .trim()
  .split('\n')
  .filter((file) => !/^\.changeset\/|CHANGELOG/.test(file) && existsSync(join(root, file)));

/** Text without code. */
const plain = (markdown: string) =>
  markdown.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, (code) => '-'.repeat(code.length));

/** Where a text leads to within the repository. */
const linksOf = (markdown: string) =>
  [...plain(markdown).matchAll(/\]\(([^)\s]+)\)|\bsrc(?:set)?="([^"]+)"/g)]
    .map(([, link, source]) => link ?? source)
    .filter((link) => !/^[a-z]+:/.test(link));

/** The anchors of a page, as GitHub and typedoc make them of headings. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = markdown.replace(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/^#{1,6} (.*)$/gm);
  return new Set(
    Array.from(headings, ([, heading]) => {
      const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
      const slug = words
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-');
      seen.set(slug, (seen.get(slug) ?? -1) + 1);
      return seen.get(slug) ? `${slug}-${seen.get(slug)}` : slug;
    }),
  );
}

const broken = (file: string, markdown: string) =>
  linksOf(markdown).filter((link) => {
    const [path, anchor] = link.split('#');
    const target = join(root, dirname(file), decodeURI(path));
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(path === '' ? markdown : readFileSync(target, 'utf8')).has(anchor);
  });

describe('links of', () => {
  it.each(files)('%s lead somewhere', (file) => expect(broken(file, read(file))).toEqual([]));

  it('a page that is wrong are found', () => {
    const wrong =
      '# A `b` c\n[a](nowhere.md) [b](#a-b-c) [c](#gone) [d](README.md#documentation) ![e](no.svg) `[f](code.md)`';
    expect(broken('docs/x.md', wrong)).toEqual(['nowhere.md', '#gone', 'no.svg']);
  });
});

describe('every guide', () => {
  const guides = readdirSync(join(root, 'docs/guides')).filter((file) => file.endsWith('.md'));
  it.each(guides)('%s is on the site, in the README and in the list of documentation', (guide) => {
    expect(read('typedoc.config.mjs')).toContain(`'${guide.replace('.md', '')}'`);
    expect(read('README.md')).toContain(`(docs/guides/${guide}`);
    expect(read('docs/README.md')).toContain(`(guides/${guide}`);
  });
});

it('the times in the README are those of the guide', () => {
  const [, table] = /## How fast\n([\s\S]*?)\n## /.exec(read('README.md')) ?? [];
  const ratios = (table ?? '').match(/(?<=\| )[\d.]+(?= \|)/g) ?? [];
  expect(ratios.length).toBeGreaterThan(5);
  for (const ratio of ratios) expect(read('docs/guides/speed.md')).toContain(`| ${ratio} |`);
});
