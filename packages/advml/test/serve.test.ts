// What `advml serve` gives out, and what it keeps back: asked through a raw socket, as no browser would.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRun } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draws } from '../../runs/test/sweep-experiment.ts';
import { runsServer } from '../src/serve/server.ts';
import { here } from './here.ts';
import { environment, sweptHere } from './swept.ts';

const SECRET = 'the secret outside';
const errors: Error[] = [];
let [place, root] = ['', ''];
let server: Server;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'advml-serve-'));
  root = join(place, 'runs');
  await startRun(diskStore(join(root, 'mine')), draws, { preset: 'small' }, { environment });
  await sweptHere(join(root, 'window'), { grid: { number: [10, 20], bar: [0.4, 0.5, 0.6] } });
  cpSync(join(root, 'mine'), join(place, 'outside'), { recursive: true });
  for (const file of ['error.txt', 'secret.txt', 'figures/out.svg', 'metrics.jsonl'])
    writeFileSync(join(mkdirFor(join(place, 'outside', file)), ''), SECRET);
  const mine = join(root, 'mine');
  symlinkSync(join(place, 'outside'), join(root, 'link'));
  symlinkSync(join(place, 'outside', 'figures', 'out.svg'), join(mkdirFor(join(mine, 'figures', 'out.svg')), ''));
  for (const file of ['notes.txt', 'figures/page.html', '.hidden', 'weights/a.pt'])
    writeFileSync(mkdirFor(join(mine, file)), SECRET);
  writeFileSync(join(root, 'package.json'), SECRET);
  execFileSync('mkfifo', [join(mine, 'figures', 'pipe.svg')]);
  const failed = join(root, 'failed');
  await startRun(diskStore(failed), draws, { overrides: [{ number: 9001 }] }, { environment }).catch(() => {});
  symlinkSync(join(place, 'outside', 'error.txt'), join(failed, 'error.txt'));
  server = await runsServer(root, ['localhost'], (error) => errors.push(error));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(place, { recursive: true });
});

function mkdirFor(file: string): string {
  mkdirSync(join(file, '..'), { recursive: true });
  return file;
}

/** Sends bytes as they are, and waits for the other end to close. */
function raw(bytes: string): Promise<string> {
  return new Promise((answer, refuse) => {
    let text = '';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.setTimeout(5000, () => socket.destroy(new Error(`no answer to ${JSON.stringify(bytes)}`)));
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
    });
    socket.on('close', () => answer(text)).on('error', refuse);
  });
}

const ask = (target: string, { method = 'GET', host = 'localhost', more = '' } = {}): Promise<string> =>
  raw(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`);
const statusOf = (answer: string): number => Number(answer.split(' ')[1]);

describe('what is given out', () => {
  it.each([
    ['/', /window.*mine/s],
    ['/mine/', /finished.*About half are below\./s],
    ['/window/', /6 of 6 runs finished.*half over number and bar.*number=10,bar=0\.4,seed=0/s],
    ['/mine/report.html', /Content-Security-Policy: default-src 'none';.*sandbox.*<h1>/s],
    ['/mine/claims.json', /application\/json.*"half"/s],
    ['/mine/run.json', /advml-run-2/],
    ['/mine/measures/below.json', /"share"/],
    ['/window/sweep.json', /advml-sweep-1/],
    ['/.advml/live.js', /text\/javascript.*fetch\(location/s],
    ['/.advml/look.css', /text\/css.*prefers-color-scheme: dark.*\.state/s],
  ])('%s', async (target, content) => {
    const answer = await ask(target);
    expect(statusOf(answer)).toBe(200);
    expect(answer).toMatch(content);
    for (const line of ['X-Content-Type-Options: nosniff', 'Cross-Origin-Resource-Policy: same-origin'])
      expect(answer).toContain(line);
  });

  it('has pages that may load their own parts alone, and run no script of their text', async () => {
    for (const target of ['/', '/mine/', '/window/']) {
      const answer = await ask(target);
      expect(answer).toContain("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'");
      expect(answer).toContain("frame-ancestors 'none'");
      expect(answer).not.toMatch(/<style|\son\w+=|style="|<script(?! type="module" src="\/\.advml\/)/);
    }
  });

  it('answers HEAD without a body, sends to the page of a folder, and says if nothing has changed', async () => {
    for (const target of ['/', '/mine/', '/mine/report.html', '/mine/claims.json']) {
      const [head, body] = [await ask(target, { method: 'HEAD' }), await ask(target)];
      expect(head.split('\r\n\r\n')[1]).toBe('');
      expect(/Content-Length: (\d+)/.exec(head)?.[1]).toBe(
        String(Buffer.byteLength(body.split('\r\n\r\n').slice(1).join('\r\n\r\n'))),
      );
    }
    expect(await ask('/mine')).toMatch(/308 [\s\S]*Location: \/mine\/\r\n/);
    const tag = /ETag: (.*)\r/.exec(await ask('/mine/'))?.[1];
    const again = await ask('/mine/', { more: `If-None-Match: ${tag}\r\n` });
    expect(statusOf(again)).toBe(304);
    expect(again.split('\r\n\r\n')[1]).toBe('');
  });

  it('shows names and errors as text', async () => {
    const name = '<img src=x onerror=alert(1)>';
    cpSync(
      join(root, 'window', readdirSync(join(root, 'window')).find((one) => one.startsWith('number')) as string),
      join(root, name),
      { recursive: true },
    );
    writeFileSync(join(mkdirFor(join(root, 'broken', 'run.json')), ''), '{"<b>": 1}');
    const answer = await ask(`/${encodeURIComponent(name)}/`);
    expect(statusOf(answer)).toBe(200);
    expect(answer).not.toContain('<img');
    expect(await ask('/broken/')).toMatch(/runs\/broken\/run\.json cannot be used/);
    expect(await ask('/mine/claims.json')).not.toContain(place);
  });
});

describe('what is kept back', () => {
  it.each([
    ...['/../outside/run.json', '/mine/../../outside/run.json', '/%2e%2e/outside/run.json', '/..%2foutside/run.json'],
    ...['/mine/..%2f..%2foutside%2frun.json', '/mine/..\\..\\outside\\run.json', '/mine/%5c..%5c..%5coutside/run.json'],
    ...['/%252e%252e/outside/run.json', '/link/run.json', '/link/', '/link/secret.txt', '/mine/figures/out.svg'],
    ...[
      '/mine/notes.txt',
      '/mine/.hidden',
      '/mine/figures/page.html',
      '/mine/weights/a.pt',
      '/package.json',
      '/nothing/',
    ],
    ...[
      '//etc/passwd',
      '///etc/passwd',
      '/mine//run.json',
      '/mine/./run.json',
      '/C:/run.json',
      '/mine/run.json%00.svg',
    ],
    ...[
      '/mine/figures/pipe.svg',
      '/mine/%',
      '/mine/%ff/',
      '/mine/%c0%ae%c0%ae/',
      'http://localhost/mine/run.json',
      '/.advml/../mine/run.json',
    ],
    ...[
      '/mine/run.json/',
      '/mine/run.json/..',
      '/mine/figures/',
      '/.advml/',
      '/%2eadvml/live.js',
      '/mine/measures/..;/run.json',
    ],
  ])('%s', async (target) => {
    const answer = await ask(target);
    expect(statusOf(answer)).toBe(404);
    expect(answer).not.toContain(SECRET);
  });

  it('what links lead to, also in the page of a run', async () => {
    const answer = await ask('/failed/');
    expect(answer).toContain('<span class="state failed">failed</span>');
    expect(answer).not.toContain(SECRET);
    expect(await ask('/')).not.toContain('>link<');
  });

  it.each([
    ...[
      'evil.example',
      'localhost.evil.example',
      'localhost:80@evil.example',
      'evil.example#localhost',
      'local host',
      '[localhost]',
    ],
  ])('everything from who asks for the host %s', async (host) => {
    expect(statusOf(await ask('/', { host }))).toBe(421);
  });

  it.each(['LOCALHOST', 'localhost:8320', '127.0.0.1', '127.0.0.1:1', '[::1]:8320', '192.0.2.1'])(
    'nothing from %s',
    async (host) => {
      expect(statusOf(await ask('/', { host }))).toBe(200);
    },
  );

  it('everything from who names no host, or two', async () => {
    expect(statusOf(await raw('GET / HTTP/1.0\r\n\r\n'))).toBe(400);
    expect(statusOf(await ask('/', { more: 'Host: evil.example\r\n' }))).toBe(400);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'all that %s would do',
    async (method) => {
      const answer = await ask('/mine/run.json', { method, more: 'Content-Length: 0\r\n' });
      expect(statusOf(answer)).toBe(405);
      expect(answer).toContain('Allow: GET, HEAD');
    },
  );

  it.each([
    'GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'CONNECT x:1 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    '\x16\x03\x01\r\n\r\n',
  ])('all that is no request: %j', async (bytes) => {
    expect([0, 400]).toContain(statusOf(await raw(bytes)) || 0);
  });

  it('all right to change something: after all this the folder is as it was, and nothing has gone wrong', async () => {
    const before = statSync(join(root, 'mine')).mtimeMs;
    await ask('/mine/');
    expect(statSync(join(root, 'mine')).mtimeMs).toBe(before);
    expect(readdirSync(join(root, 'mine')).sort()).toEqual(
      [
        '.hidden',
        'claims.json',
        'figures',
        'measures',
        'metrics.jsonl',
        'notes.txt',
        'report.html',
        'run.json',
        'weights',
      ].sort(),
    );
    expect(errors).toEqual([]);
  });
});

describe('advml serve', () => {
  it.each([
    [[], /serve takes one folder, such as 'advml serve runs', got ''/],
    [['a', 'b'], /serve takes one folder.*got 'a b'/],
    [['/no/such/folder'], /there is no folder \/no\/such\/folder to serve/],
    [['ROOT', '--port', '70000'], /--port must be at most 65535, got 70000/],
    [['ROOT', '--port', 'PORT'], /port \d+ of 127\.0\.0\.1 is in use; name another by --port/],
    [['ROOT', '--host', '192.0.2.1', '--port', '0'], /cannot listen on 192\.0\.2\.1, port 0: /],
  ])('refuses %j', async (words, message) => {
    const port = String((server.address() as AddressInfo).port);
    const told = words.map((word) => (word === 'ROOT' ? root : word === 'PORT' ? port : word));
    const { code, stderr } = await here('serve', ...told);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
