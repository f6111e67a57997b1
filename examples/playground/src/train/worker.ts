// Trains away from the page, which stays responsive.
import { startBackend } from '../worker/backend.ts';
import { serve } from '../worker/serve.ts';
import { type Lab, openLab } from './lab.ts';
import type { Setting } from './setting.ts';

/** What the page may ask for. */
export interface LabCalls extends Lab {
  /** Begins a run, in place of the one before. */
  open(setting: Setting): void;
}

let lab: Lab;

const calls: LabCalls = {
  open: (setting) => {
    lab?.dispose();
    lab = openLab(setting);
  },
  advance: (kind, steps) => lab.advance(kind, steps),
  measure: () => lab.measure(),
  attack: (example) => lab.attack(example),
  dispose: () => lab.dispose(),
};

serve({ ...calls }, startBackend());
