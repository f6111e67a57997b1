// Debian's redis-server on a free port of the loopback, which keeps nothing on disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

const program = '/usr/bin/redis-server';

/** Why tests that need it are skipped; continuous integration installs it, so that there its absence is a failure. */
export const withoutRedis =
  existsSync(program) || process.env.CI ? false : 'redis-server is not installed (apt-get install redis-server)';

/** A port that nobody listens to. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether somebody listens to a port. */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

/** A server, with what more it is told, such as a password; `start` starts it again after it was killed. */
export async function redis(...more) {
  const port = await freePort();
  const quiet = ['--bind', '127.0.0.1', '--port', port, '--save', '', '--appendonly', 'no', '--loglevel', 'warning'];
  const server = { port, url: `redis://127.0.0.1:${port}`, child: undefined, start, stop, ask };
  async function start() {
    server.child = spawn(program, [...quiet, ...more].map(String), { stdio: 'ignore' });
    while (!(await answers(port))) await setTimeout(20);
  }
  async function stop() {
    if (server.child.exitCode !== null || server.child.signalCode !== null) return;
    server.child.kill('SIGKILL');
    await once(server.child, 'exit');
  }
  /** What it answers to a command, such as `FLUSHALL`, on a connection of its own. */
  async function ask(command) {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    let answer = '';
    socket.on('data', (text) => {
      answer += text;
    });
    socket.end(`${command}\r\n`);
    await once(socket, 'close');
    return answer;
  }
  await start();
  return server;
}
