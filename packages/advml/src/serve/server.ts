import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InputError } from '@advml/core';
import { lightAndDark } from '@advml/plots';
import { escapeHtml, pageStyle } from '@advml/runs/internal';
import { kindOf, openServed, placeIn } from './files.ts';
import { refusalOf, type Target, targetOf } from './guard.ts';
import { ASSETS, addressOf, type Page, pageText } from './page.ts';
import { remembering } from './remember.ts';
import { runPage } from './run-page.ts';
import { sweepPage } from './sweep-page.ts';
import { topPage } from './top-page.ts';

/** What every answer says: no guessing of types, no other page that reads or frames it, nothing kept. */
const ALWAYS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Pages load their own script, style and pictures, and nothing else from anywhere. */
const OWN =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Files of a run run no script and load nothing; a report has its style and pictures in itself. */
const FOREIGN =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
}

const textAnswer = (status: number, text: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Security-Policy': FOREIGN, ...headers },
  body: `${text}\n`,
});

const NOTHING = textAnswer(404, 'there is no such run, sweep or file here');

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Answer): void {
  const length = status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(status, { ...ALWAYS, ...headers, ...length });
  response.end(request.method === 'HEAD' || status === 304 ? undefined : body);
}

const assetAt = (name: string): Promise<string> => readFile(new URL(`../../page/${name}`, import.meta.url), 'utf8');

/** Makes the answer with the script or the style of the pages, by its address. */
const assets: ReadonlyMap<string, () => Promise<Answer>> = new Map([
  [`${ASSETS}live.js`, async () => assetAnswer('javascript', await assetAt('live.js'))],
  [`${ASSETS}look.css`, async () => assetAnswer('css', (await pageStyle()) + (await assetAt('look.css')))],
]);

const assetAnswer = (kind: string, body: string): Answer => ({
  status: 200,
  headers: { 'Content-Type': `text/${kind}; charset=utf-8` },
  body,
});

/** The page of a folder in that which is served; a damaged file is told in place of what it says. */
async function pageOf(root: string, parts: readonly string[]): Promise<Page | undefined> {
  const place = await placeIn(root, parts);
  const kind = place && (await kindOf(place));
  const title = parts.at(-1) ?? basename(root);
  try {
    if (kind === 'run') return await runPage(root, parts, title);
    if (kind === 'sweep') return await sweepPage(root, parts, title);
    return place && parts.length === 0 ? await topPage(root) : undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { title, sections: [{ id: 'damage', html: `<p>${escapeHtml(error.message)}</p>` }] };
  }
}

/** The answer with a page, or that it is still as the asker has it. */
function pageAnswer(text: string, { headers }: IncomingMessage): Answer {
  const tag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  const own = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': OWN, ETag: tag };
  return headers['if-none-match'] === tag
    ? { status: 304, headers: own, body: '' }
    : { status: 200, headers: own, body: text };
}

async function sendFile(
  root: string,
  { parts, query }: Target,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const file = await openServed(root, parts);
  if (!file) return false;
  const { handle, size, type } = file;
  try {
    const headers = { 'Content-Type': type, 'Content-Security-Policy': FOREIGN };
    if (query === 'screen' && type.startsWith('image/svg'))
      send(request, response, { status: 200, headers, body: lightAndDark(await handle.readFile('utf8')) });
    else {
      response.writeHead(200, { ...ALWAYS, ...headers, 'Content-Length': size });
      if (request.method === 'HEAD' || size === 0) response.end();
      else await pipeline(handle.createReadStream({ autoClose: false, end: size - 1 }), response);
    }
  } finally {
    await handle.close();
  }
  return true;
}

/**
 * A server that shows the runs and sweeps in a folder and changes nothing. It answers in the names of this machine alone, and gives out
 * nothing that is not in the folder, or that no run leaves.
 *
 * @param folder - The folder.
 * @param names - Names of this machine, beside its addresses.
 * @param onError - Told what should not have happened.
 * @returns The server, which does not listen yet.
 * @throws InputError if there is no such folder.
 */
export async function runsServer(
  folder: string,
  names: readonly string[],
  onError: (error: Error) => void,
): Promise<Server> {
  const root = await realpath(folder).catch(() => {
    throw new InputError(`there is no folder ${folder} to serve; name one that runs are in, such as runs`);
  });
  const known = new Set(names.map((name) => name.toLowerCase()));
  const top = basename(root);
  const pages = remembering(async (address: string) => {
    const parts = address.split('/').slice(1, -1).map(decodeURIComponent);
    const page = await pageOf(root, parts);
    return page && pageText(page, top, parts);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> => {
    const refusal = refusalOf(request, known);
    if (refusal)
      return textAnswer(refusal.status, refusal.reason, refusal.status === 405 ? { Allow: 'GET, HEAD' } : {});
    const asset = assets.get(request.url as string);
    if (asset) return asset();
    const target = targetOf(request.url as string);
    if (!target) return NOTHING;
    const address = addressOf([...target.parts, '']);
    if (!target.isPage && (await sendFile(root, target, request, response))) return undefined;
    const text = await pages(address);
    if (text === undefined) return NOTHING;
    return target.isPage ? pageAnswer(text, request) : textAnswer(308, address, { Location: address });
  };
  return createServer((request, response) => {
    answer(request, response).then(
      (found) => found && send(request, response, found),
      (error: Error) => {
        if (response.headersSent) return void response.destroy(); // nobody reads on
        onError(error);
        send(request, response, textAnswer(500, 'this should not have happened; the terminal of the server says more'));
      },
    );
  });
}
