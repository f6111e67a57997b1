import { InputError } from '@advml/core';

/** A server that keeps runs, as MLflow's REST interface has it. */
export interface MlflowClient {
  /**
   * Asks the server.
   *
   * @param method - GET or POST.
   * @param path - What is asked, such as `runs/create`.
   * @param body - What is told: in the address for GET, as JSON for POST.
   * @returns Its answer; undefined where GET asks for what is not there.
   * @throws InputError if it cannot be reached or refuses.
   */
  ask(method: 'GET' | 'POST', path: string, body: object): Promise<Record<string, unknown> | undefined>;
}

/** Milliseconds until an answer must be there. */
const PATIENCE = 60_000;

/** Letters of an answer that are shown. */
const SHOWN = 300;

/** Who asks, by the names that MLflow's own programs have for it in the environment. */
function authorization(env: NodeJS.ProcessEnv): string | undefined {
  const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password } = env;
  if (token) return `Bearer ${token}`;
  return user && password ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : undefined;
}

/** The address of the interface; one with a password in it is refused, since lists of processes would show it. */
function baseOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new InputError(
      `MLflow is at an address such as http://localhost:5000, got '${address.replace(/\/\/.*@/, '//')}'`,
    );
  if (url.username || url.password)
    throw new InputError(
      'give user and password of MLflow as MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD in the environment, or a token as MLFLOW_TRACKING_TOKEN; in an address lists of processes show them',
    );
  return new URL('api/2.0/mlflow/', `${url.origin}${url.pathname.replace(/\/?$/, '/')}`);
}

/**
 * A client of MLflow's REST interface. Answers that lead to another address are refused, so that nobody else is told who asks.
 *
 * @param address - Of the server.
 * @param env - The environment, which may say who asks; none of that is ever told.
 * @returns The client.
 * @throws InputError if the address is none.
 * @see "MLflow REST API", https://mlflow.org/docs/latest/rest-api.html
 */
export function mlflowClient(address: string, env: NodeJS.ProcessEnv): MlflowClient {
  const base = baseOf(address);
  const who = authorization(env);
  const headers = { 'Content-Type': 'application/json', ...(who !== undefined && { Authorization: who }) };
  const secrets = [who?.split(' ')[1], env.MLFLOW_TRACKING_PASSWORD].filter(
    (secret) => secret !== undefined && secret !== '',
  );
  const plain = (text: string) =>
    secrets.reduce<string>((rest, secret) => rest.replaceAll(secret as string, '***'), text);
  return {
    ask: async (method, path, body) => {
      const url = new URL(path, base);
      if (method === 'GET') url.search = new URLSearchParams(Object.entries(body)).toString();
      const options = { method, headers, redirect: 'error', signal: AbortSignal.timeout(PATIENCE) } as const;
      const content = method === 'POST' ? { body: JSON.stringify(body) } : {};
      const { answer, text } = await fetch(url, { ...options, ...content })
        .then(async (answer) => ({ answer, text: await answer.text() }))
        .catch((error: Error) => {
          const why = error.cause instanceof Error ? error.cause.message : error.message;
          throw new InputError(`cannot reach MLflow at ${base.origin}: ${plain(why)}`);
        });
      if (answer.ok) return parsed(text, `MLflow at ${base.origin} gave no JSON for ${path}`);
      if (method === 'GET' && text.includes('RESOURCE_DOES_NOT_EXIST')) return undefined;
      throw new InputError(`MLflow refused ${path} (${answer.status}): ${plain(text).slice(0, SHOWN)}`);
    },
  };
}

function parsed(text: string, otherwise: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text || '{}'));
  } catch {
    throw new InputError(otherwise);
  }
}
