// The address holds what the page shows: whoever opens it sees the same, and the browser's back and forward work.
import { useEffect, useState } from 'preact/hooks';

const changed = new EventTarget();

/** What the address says now. */
export const address = (): URLSearchParams => new URLSearchParams(location.search);

/** What to set; undefined takes a name away. */
export type Changes = Readonly<Record<string, string | undefined>>;

/** Writes into the address: `push` makes a place to come back to, `replace` does not. */
export function write(changes: Changes, way: 'push' | 'replace'): void {
  const next = address();
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  const query = next.toString();
  if (query === address().toString()) return;
  const url = query === '' ? location.pathname : `?${query}`;
  if (way === 'push') history.pushState(null, '', url);
  else history.replaceState(null, '', url);
  changed.dispatchEvent(new Event('change'));
}

/** The address, anew whenever it changes, by the page or by the browser's buttons. */
export function useAddress(): URLSearchParams {
  const [now, setNow] = useState(address);
  useEffect(() => {
    const read = () => setNow(address());
    addEventListener('popstate', read);
    changed.addEventListener('change', read);
    return () => {
      removeEventListener('popstate', read);
      changed.removeEventListener('change', read);
    };
  }, []);
  return now;
}
