// Tabs as the ARIA practices describe them: arrows move between them, and a tab that was opened stays as it was left.
import type { ComponentType } from 'preact';
import { useRef } from 'preact/hooks';

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly content: ComponentType;
}

interface TabsProps {
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  choose(id: string): void;
}

/** How far each key moves. */
const MOVES: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

export function Tabs({ tabs, chosen, choose }: TabsProps) {
  const opened = useRef(new Set<string>());
  opened.current.add(chosen);
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const next =
      tabs[
        move(
          tabs.findIndex(({ id }) => id === chosen),
          tabs.length,
        )
      ];
    choose(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label="What to look at" onKeyDown={onKeyDown}>
        {tabs.map(({ id, label }) => (
          <button
            type="button"
            role="tab"
            key={id}
            id={`tab-${id}`}
            aria-controls={`panel-${id}`}
            aria-selected={id === chosen}
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => choose(id)}
          >
            {label}
          </button>
        ))}
      </div>
      {tabs.map(({ id, content: Content }) => (
        <section key={id} id={`panel-${id}`} role="tabpanel" aria-labelledby={`tab-${id}`} hidden={id !== chosen}>
          {opened.current.has(id) && <Content />}
        </section>
      ))}
    </>
  );
}
