// The numbers of a run, to be changed.
import { useState } from 'preact/hooks';
import { allowed, fields, names, type Setting } from './setting.ts';

interface SettingsProps {
  readonly setting: Setting;
  apply(setting: Setting): void;
}

/** The numbers of a run; another one begins with them. */
export function Settings({ setting, apply }: SettingsProps) {
  const [draft, setDraft] = useState<Readonly<Record<string, string>>>({});
  const submit = (event: Event) => {
    event.preventDefault();
    const entries = names.map((name) => [name, allowed(fields[name], draft[name] ?? String(setting[name]))]);
    setDraft({});
    apply(Object.fromEntries(entries) as Record<keyof Setting, number>);
  };
  return (
    <details class="settings">
      <summary>
        Settings: seed {setting.seed}, d {setting.dimension}, m {setting.neurons}, τ {setting.tau}
      </summary>
      <form onSubmit={submit}>
        {names.map((name) => {
          const { label, min, max, step } = fields[name];
          return (
            <label key={name}>
              {label}
              <input
                type="number"
                name={name}
                {...{ min, max, step }}
                value={draft[name] ?? String(setting[name])}
                onInput={({ currentTarget }) => setDraft({ ...draft, [name]: currentTarget.value })}
              />
            </label>
          );
        })}
        <button type="submit">Begin anew with these</button>
      </form>
    </details>
  );
}
