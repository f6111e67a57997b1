// What a visitor chooses beside the model: an image, and how it is attacked.
import { allowed } from '../train/setting.ts';
import { builtInField, type ModelSetting, norms, ranges } from './setting.ts';

interface ImageChoiceProps {
  readonly index: number;
  choose(index: number): void;
  give(files: readonly File[]): void;
}

export function ImageChoice({ index, choose, give }: ImageChoiceProps) {
  return (
    <>
      <label>
        built-in digit no.{' '}
        <input
          type="number"
          min={builtInField.min}
          max={builtInField.max}
          value={index}
          onChange={({ currentTarget }) => choose(allowed(builtInField, currentTarget.value))}
        />
      </label>
      <label>
        or a picture of yours{' '}
        <input
          type="file"
          accept="image/*"
          onChange={({ currentTarget }) => currentTarget.files?.length && give([...currentTarget.files])}
        />
      </label>
    </>
  );
}

interface ModelSettingsProps {
  readonly setting: ModelSetting;
  change(changes: Partial<Record<keyof ModelSetting, string>>): void;
}

export function ModelSettings({ setting, change }: ModelSettingsProps) {
  return (
    <>
      <label>
        its pixels are{' '}
        <select value={setting.range} onChange={({ currentTarget }) => change({ range: currentTarget.value })}>
          {Object.keys(ranges).map((range) => (
            <option key={range}>{range}</option>
          ))}
        </select>
      </label>
      <label>
        ε is the{' '}
        <select value={setting.norm} onChange={({ currentTarget }) => change({ norm: currentTarget.value })}>
          {Object.entries(norms).map(([name, { label }]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
