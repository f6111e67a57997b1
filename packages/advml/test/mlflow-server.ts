// A server that speaks as much of MLflow's REST interface as its documentation says of the calls below, and refuses what that refuses.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Metric {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
}

interface KeptRun {
  readonly experiment: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly params: Record<string, string>;
  readonly metrics: Metric[];
  status: string;
  deleted: boolean;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    [this.status, this.code] = [status, code];
  }
}

const bad = (message: string) => new Refusal(400, 'INVALID_PARAMETER_VALUE', message);
const bytes = (text: string) => Buffer.byteLength(text);

function requireKey(key: unknown): void {
  if (typeof key !== 'string' || !/^[/\w.\- ]+$/.test(key) || bytes(key) > 250) throw bad(`no key: ${key}`);
  if (key.split('/').some((part) => /^\.{0,2}$/.test(part))) throw bad(`a key that is a way to another: ${key}`);
}

/** What {@link mlflowServer} keeps, and how it may be told to behave. */
export interface MlflowServer {
  readonly address: string;
  readonly experiments: Map<string, string>;
  readonly runs: Map<string, KeptRun>;
  /** Every call, with who asked. */
  readonly calls: { readonly path: string; readonly authorization?: string; readonly items: number }[];
  /** What must be asked with, if anything. */
  authorization?: string;
  /** The call that fails, by its number. */
  failsAt?: number;
  close(): void;
}

/** Starts a server on a port of this machine. */
export async function mlflowServer(): Promise<MlflowServer> {
  const [experiments, runs] = [new Map<string, string>(), new Map<string, KeptRun>()];
  const runOf = (id: unknown): KeptRun => {
    const run = runs.get(id as string);
    if (!run || run.deleted) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `Run '${id}' not found`);
    return run;
  };
  const calls: Readonly<Record<string, (body: Record<string, never>) => object>> = {
    'GET experiments/get-by-name': ({ experiment_name: name }) => {
      const id = experiments.get(name);
      if (id === undefined) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `no experiment ${name}`);
      return { experiment: { experiment_id: id, name } };
    },
    'POST experiments/create': ({ name }) => {
      if (experiments.has(name)) throw new Refusal(400, 'RESOURCE_ALREADY_EXISTS', `there is ${name}`);
      experiments.set(name, String(experiments.size + 1));
      return { experiment_id: experiments.get(name) };
    },
    'POST runs/search': ({ experiment_ids: ids, filter }) => {
      const [, tag, value] = /^tags\.`([\w.]+)` = '([^']*)'$/.exec(filter) ?? [];
      if (tag === undefined) throw bad(`no filter: ${filter}`);
      const found = [...runs].filter(
        ([, run]) => !run.deleted && (ids as string[]).includes(run.experiment) && run.tags[tag] === value,
      );
      return found.length > 0 ? { runs: found.map(([run_id, { status }]) => ({ info: { run_id, status } })) } : {};
    },
    'POST runs/create': ({ experiment_id: experiment, run_name: name, start_time: start, tags }) => {
      if (![...experiments.values()].includes(experiment)) throw bad(`no experiment ${experiment}`);
      if (!Number.isInteger(start)) throw bad('start_time must be an integer');
      for (const { key, value } of tags as { key: string; value: string }[]) {
        requireKey(key);
        if (bytes(value) > 5000) throw bad('a tag is too long');
      }
      const run_id = `run${runs.size}`;
      const kept = Object.fromEntries((tags as { key: string; value: string }[]).map(({ key, value }) => [key, value]));
      runs.set(run_id, { experiment, name, tags: kept, params: {}, metrics: [], status: 'RUNNING', deleted: false });
      return { run: { info: { run_id, status: 'RUNNING' } } };
    },
    'POST runs/log-batch': ({ run_id, metrics = [], params = [], tags = [] }: Record<string, never[]>) => {
      const run = runOf(run_id);
      if (metrics.length > 1000) throw bad('at most 1000 metrics');
      if (params.length > 100) throw bad('at most 100 params');
      if (metrics.length + params.length + tags.length > 1000) throw bad('at most 1000 in all');
      for (const metric of metrics as Metric[]) {
        requireKey(metric.key);
        if (typeof metric.value !== 'number') throw bad(`no value of ${metric.key}`);
        if (!Number.isInteger(metric.timestamp) || !Number.isInteger(metric.step)) throw bad('no time or step');
        run.metrics.push(metric);
      }
      for (const { key, value } of params as { key: string; value: string }[]) {
        requireKey(key);
        if (typeof value !== 'string' || bytes(value) > 6000) throw bad(`no value of ${key}`);
        if ((run.params[key] ?? value) !== value) throw bad(`${key} has another value`);
        run.params[key] = value;
      }
      return {};
    },
    'POST runs/update': ({ run_id, status, end_time: end }) => {
      if (!['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'].includes(status)) throw bad(`no status: ${status}`);
      if (!Number.isInteger(end)) throw bad('end_time must be an integer');
      runOf(run_id).status = status;
      return { run_info: { run_id, status } };
    },
    'POST runs/delete': ({ run_id }) => {
      runOf(run_id).deleted = true;
      return {};
    },
  };
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const url = new URL(request.url as string, 'http://localhost');
    const path = url.pathname.replace(/^\/api\/2\.0\/mlflow\//, '');
    const { authorization } = request.headers;
    const told = (status: number, answer: object) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(answer));
    };
    try {
      const body = request.method === 'GET' ? Object.fromEntries(url.searchParams) : JSON.parse(text);
      const items = (body.metrics ?? []).length + (body.params ?? []).length;
      own.calls.push({ path, authorization, items });
      if (own.authorization !== undefined && authorization !== own.authorization)
        throw new Refusal(401, 'UNAUTHENTICATED', `you came with ${authorization}`);
      if (own.calls.length === own.failsAt) throw new Refusal(500, 'INTERNAL_ERROR', 'the disk is full');
      if (text.length > 1e6) throw bad('at most 1 MB');
      const call = calls[`${request.method} ${path}`];
      if (!call) throw new Refusal(404, 'ENDPOINT_NOT_FOUND', `no ${request.method} ${url.pathname}`);
      told(200, call(body));
    } catch (error) {
      const { status = 400, code = 'BAD_REQUEST', message } = error as Refusal;
      told(status, { error_code: code, message });
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const own: MlflowServer = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    experiments,
    runs,
    calls: [],
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return own;
}
