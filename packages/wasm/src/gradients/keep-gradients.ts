import type { GradConfig } from '@tensorflow/tfjs-core';

type Registry = Map<string, GradConfig>;

/** The gradients of all copies of tfjs-core in this program, which share them. */
function registry(): Registry {
  const globals = (globalThis as { _tfGlobals?: Map<string, Registry> })._tfGlobals;
  const found = globals?.get('gradRegistry');
  if (found === undefined)
    throw new Error('tfjs-core keeps its gradients elsewhere than in 4.22: install that version');
  return found;
}

/**
 * Keeps gradients in their place until `unregisterGradient` takes them away: what is registered over them is dropped,
 * and one warning names it.
 *
 * Importing `@tensorflow/tfjs` or tfjs-layers registers all of tfjs's own gradients, some of them wrong, over those that
 * stand there already.
 */
export function keepGradients(gradients: readonly GradConfig[]) {
  const kept = new Set(gradients);
  const dropped: string[] = [];
  const table = registry();
  table.set = (kernelName, config) => {
    const present = table.get(kernelName);
    if (present === undefined || present === config || !kept.has(present)) {
      return Map.prototype.set.call(table, kernelName, config);
    }
    if (dropped.length === 0) queueMicrotask(() => warnOf(dropped.splice(0)));
    dropped.push(kernelName);
    return table;
  };
}

function warnOf(names: readonly string[]) {
  console.warn(
    `@advml/wasm keeps its gradients of ${named(names)}: another module registered its own after useWasm(), as importing ` +
      `@tensorflow/tfjs or tfjs-layers does; to put in one of yours, call unregisterGradient('${names[0]}') first`,
  );
}

/** The first few of many names. */
export function named(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
