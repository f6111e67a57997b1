// The guide that `pnpm bench --table` writes: every row, the peers' versions, and where ours is the slower.

/** A number with three digits that count, as people write it. */
export function number(value) {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

/** A share, as people write it. */
export const percent = (share) => `${Math.round(100 * share)}%`;

const cell = (text) => text.replaceAll('|', '\\|');

/** Markdown of what was measured: sections of `{ title, about, machine, rows, failure }`. */
export function document(sections) {
  const pieces = [
    '---\ntitle: Speed\ncategory: Inside\n---',
    '# Speed',
    'What `pnpm bench --table` measured, each section when it was run last; it writes this page. A time is a median where its section\n' +
      'says nothing else; ours and its peers ran in turns in one run. The ratio is the time of the peer over ours: above 1 ours is faster,\n' +
      'below 1 slower. Peers are tfjs with its own WASM kernels, PyTorch, dense, by autograd, and numpy. Ratios of one machine say nothing\n' +
      'certain about another.',
    'WebAssembly has vectors of 128 bits. "Of the limit" is how much of what one thread can do with them a row would make if its matrix\n' +
      'products and convolutions, counted as they are written, were all that it does. What is left goes to what stands around them.',
    losses(sections),
    ...sections.flatMap(({ title, about, machine, rows, failure }) => [
      `## ${title}`,
      ...(about ? [about] : []),
      aboutMachine(machine),
      ...(rows.length > 0 ? [table(rows)] : []),
      ...(failure ? [`Not whole: ${failure}.`] : []),
    ]),
  ];
  return `${pieces.join('\n\n')}\n`;
}

const aboutMachine = ({ node, tfjs, cores, model, peak }) =>
  `Node ${node}, tfjs ${tfjs}, ${cores} cores of ${model}${peak ? `, at most ${peak.toFixed(0)} GFLOP/s by vectors of 128 bits in one thread` : ''}.`;

function table(rows) {
  const noted = rows.some(({ note }) => note);
  const compared = rows.some(({ peers }) => peers.length > 0);
  const limited = rows.some(({ share }) => share);
  const head = [
    'case',
    'ours',
    ...(limited ? ['of the limit'] : []),
    ...(compared ? ['peer', 'its time', 'ratio'] : []),
    ...(noted ? ['note'] : []),
  ];
  const lines = rows.flatMap(({ name, ours, unit, peers, share, note = '' }) =>
    (peers.length > 0 ? peers : [undefined]).map((peer, at) => [
      at === 0 ? name : '',
      at === 0 ? `${number(ours)} ${unit}` : '',
      ...(limited ? [at === 0 && share ? percent(share) : ''] : []),
      ...(compared ? comparison(peer, unit) : []),
      ...(noted ? [at === 0 ? note : ''] : []),
    ]),
  );
  const line = (cells) => `| ${cells.map((text) => cell(text).trim()).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

const comparison = (peer, unit) =>
  peer ? [`${peer.name} ${peer.version}`, `${number(peer.time)} ${unit}`, number(peer.ratio)] : ['', '', ''];

/** Every row that a peer does in less time, the largest gap first. */
function losses(sections) {
  const slower = sections.flatMap(({ title, rows }) =>
    rows.flatMap(({ name, peers }) =>
      peers.filter(({ ratio }) => ratio < 1).map((peer) => ({ what: `${title}, ${name}`, ...peer })),
    ),
  );
  if (slower.length === 0) return 'No peer was faster than ours in any row.';
  const lines = slower
    .sort((a, b) => a.ratio - b.ratio)
    .map(
      ({ what, name, version, ratio }) => `- ${what}: ${name} ${version} takes ${number(100 * ratio)}% of our time.`,
    );
  return ['## Where ours is slower', '', ...lines].join('\n');
}
