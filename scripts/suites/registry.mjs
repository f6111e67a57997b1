// A small npm registry on the loopback, for the tests alone: it takes packages from whom it knows, and gives them to everyone.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * Starts one that holds nothing.
 *
 * @returns Its address; `taken`, the names that were published, in order; `token`, what publishing needs; `hold(manifest, tarball)`, as if
 * that had been published before; `cut(name)`: the next time that this package comes, the connection ends before it is taken; `close()`.
 */
export async function registry() {
  const held = new Map();
  const files = new Map();
  const taken = [];
  const token = 'of-the-tests';
  let cutAt;

  /** The tarballs in it are bytes in base64, and where they will be is for the registry to say. */
  const take = ({ name, versions, _attachments, ...more }, address) => {
    for (const { dist, version } of Object.values(versions)) {
      const path = `/${name}/-/${version}.tgz`;
      dist.tarball = `${address}${path}`;
      files.set(path, Buffer.from(Object.values(_attachments)[0].data, 'base64'));
    }
    held.set(name, { name, versions, ...more });
  };
  const hold = (manifest, tarball) => {
    const { name, version } = manifest;
    const dist = { integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}` };
    const versions = { [version]: { ...manifest, dist } };
    const _attachments = { [version]: { data: tarball.toString('base64') } };
    take({ name, versions, 'dist-tags': { latest: version }, _attachments }, address);
  };

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url.split('?')[0]);
    const name = path.slice(1);
    const say = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(value));
    };
    if (request.method === 'GET' && files.has(path)) return response.end(files.get(path));
    if (request.method === 'GET' && held.has(name)) return say(200, held.get(name));
    const isKnown = request.headers.authorization === `Bearer ${token}`;
    if (path === '/-/whoami') return isKnown ? say(200, { username: 'tester' }) : say(401, {});
    if (request.method !== 'PUT') return say(404, { error: 'not found' });
    if (!isKnown) return say(401, {});
    if (held.has(name)) return say(403, { error: 'a version can be used once' });
    const body = await json(request);
    if (name === cutAt) {
      cutAt = undefined;
      return request.socket.destroy();
    }
    take(body, address);
    taken.push(name);
    return say(201, {});
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  const cut = (at) => {
    cutAt = at;
  };
  return { address, taken, token, hold, cut, close: () => server.close() };
}
