// `node docs/architecture.mjs`: draws docs/guides/figures/architecture.svg, the packages and who uses whom, from their package.json.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lightAndDark } from '@advml/plots';
import { packages } from '../scripts/workspace.mjs';

/** What each public package uses of ours, by short names. */
export function uses() {
  const shipped = packages().filter(({ manifest }) => !manifest.private);
  const short = (name) => name.replace('@advml/', '');
  const ours = new Set(shipped.map(({ name }) => name));
  return new Map(
    shipped.map(({ name, manifest }) => {
      const all = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
      return [short(name), all.filter((other) => ours.has(other)).map(short)];
    }),
  );
}

/** All that is used by way of others. */
const behind = (graph, name) => new Set(graph.get(name).flatMap((used) => [used, ...behind(graph, used)]));

/** Only the arrows that no longer way implies. */
export const reduced = (graph) =>
  new Map(
    [...graph].map(([name, used]) => [
      name,
      used.filter((one) => !used.some((other) => behind(graph, other).has(one))),
    ]),
  );

const [width, step, box, height] = [780, 60, 100, 26];
const [INK, GROUND, BLUE, MUTED] = ['#1a1a1a', '#ffffff', '#0072b2', '#595959'];

/** Where each package stands: those that use many above, two rows of leaves, and at the bottom what all leaves share. */
function placesOf(graph, arrows) {
  const level = (name) => Math.max(0, ...graph.get(name).map((used) => 1 + level(used)));
  const usersOf = (name) => [...arrows].filter(([, used]) => used.includes(name)).map(([user]) => user);
  const names = [...graph.keys()];
  const above = names.filter((name) => level(name) > 1).sort((a, b) => level(b) - level(a));
  const shared = names.find((name) => names.filter((user) => graph.get(user).join() === name).length > 1);
  const rank = (name) => Math.min(...usersOf(name).map((user) => above.indexOf(user)));
  const leaves = names.filter((name) => name !== shared && !above.includes(name));
  leaves.sort((a, b) => rank(a) - rank(b) || graph.get(b).length - graph.get(a).length || a.localeCompare(b));

  const middleOf = (place) => 60 + step * place;
  const places = new Map(leaves.map((name, at) => [name, { x: middleOf(at), y: at % 2 ? 326 : 256, wide: box }]));
  for (const [at, name] of above.entries()) {
    const below = arrows.get(name).filter((used) => places.has(used));
    const x = below.reduce((sum, used) => sum + places.get(used).x, 0) / below.length;
    places.set(name, { x: Math.max(x, 70 + 110 * at), y: 10 + 70 * at, wide: box });
  }
  const users = leaves.filter((name) => graph.get(name).includes(shared)).map((name) => places.get(name).x);
  const [left, right] = [Math.min(...users) - box / 2, Math.max(...users) + box / 2];
  places.set(shared, { x: (left + right) / 2, y: 396, wide: right - left });
  return places;
}

/** An arrow that leaves downwards and arrives from above, between the boxes of the rows that it passes. */
function arrowOf(from, to) {
  const [start, end] = [from.y + height, to.y - 5];
  const arrives = to.wide > box ? from.x : to.x;
  const bend = to.y > 256 && from.y < 256 ? 246 : end;
  const middle = (start + bend) / 2;
  const curve = from.x === arrives ? '' : `C${from.x} ${middle} ${arrives} ${middle} ${arrives} ${bend}`;
  return `<path d="M${from.x} ${start}${curve}L${arrives} ${end}" fill="none" stroke="${MUTED}" stroke-width="1"/><path d="M${arrives - 3.5} ${end - 2}L${arrives + 3.5} ${end - 2}L${arrives} ${end + 4}Z" fill="${MUTED}"/>`;
}

const boxOf = (name, { x, y, wide }) =>
  `<rect x="${x - wide / 2}" y="${y}" width="${wide}" height="${height}" rx="5" fill="${GROUND}" stroke="${BLUE}" stroke-width="1.5"/><text x="${x}" y="${y + 17}" font-size="13" text-anchor="middle" fill="${INK}">${name}</text>`;

/** The picture as SVG text. */
export function architecture(graph = uses()) {
  const arrows = reduced(graph);
  const places = placesOf(graph, arrows);
  const drawn = [...arrows].flatMap(([name, used]) => used.map((one) => arrowOf(places.get(name), places.get(one))));
  const boxes = [...places].map(([name, place]) => boxOf(name, place));
  const told = [...arrows]
    .filter(([, used]) => used.length > 0)
    .map(([name, used]) => `${name} uses ${used.join(', ')}`);
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 440" width="${width}" height="440" role="img" aria-label="The packages and who uses whom" font-family="system-ui, sans-serif" fill="${INK}">`;
  return lightAndDark(
    `${open}<desc>${told.join('; ')}.</desc><rect width="${width}" height="440" fill="${GROUND}"/>${drawn.join('')}${boxes.join('')}</svg>\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('guides/figures/architecture.svg', import.meta.url), architecture());
