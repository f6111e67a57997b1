// The page: a heading and its tabs.
import { useAddress, write } from './address.ts';
import { DigitsTab } from './digits/tab.tsx';
import { ModelTab } from './model/tab.tsx';
import { TrainTab } from './train/tab.tsx';
import { Tabs } from './ui/tabs.tsx';

const tabs = [
  { id: 'train', label: 'Train', content: TrainTab },
  { id: 'digits', label: 'Digits', content: DigitsTab },
  { id: 'model', label: 'Your model', content: ModelTab },
];

export function App() {
  const address = useAddress();
  const chosen = tabs.find(({ id }) => id === address.get('tab')) ?? tabs[0];
  return (
    <>
      <header>
        <h1>advml playground</h1>
        <p>Why networks are easy to fool, and what training against an attacker changes inside.</p>
      </header>
      <main>
        <Tabs
          tabs={tabs}
          chosen={chosen.id}
          choose={(id) => write({ tab: id === tabs[0].id ? undefined : id }, 'push')}
        />
      </main>
      <footer>
        <p>Everything is computed on this page, in a worker. Nothing is sent anywhere.</p>
      </footer>
    </>
  );
}
