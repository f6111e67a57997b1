// How long a page keeps its main thread busy at a time: in processor time, which does not grow when others use the machine.

const categories = ['toplevel', '__metadata'];

/**
 * Does something with a page and looks at the tasks of its main thread meanwhile.
 *
 * @param {import('playwright-core').Page} page The page.
 * @param {() => Promise<void>} work What to do.
 * @returns {Promise<number>} Milliseconds of the longest task.
 */
export async function busiest(page, work) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories });
  await work();
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = traceEvents.filter(({ tdur, pid, tid }) => tdur !== undefined && main.has(`${pid}/${tid}`));
  if (tasks.length === 0) throw new Error('the browser traced no task of the page');
  return Math.max(...tasks.map(({ tdur }) => tdur)) / 1000;
}
