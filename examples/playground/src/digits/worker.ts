// Attacks digits away from the page. The two files of weights lie beside it.
/// <reference types="vite/client" />
import { startBackend } from '../worker/backend.ts';
import { serve } from '../worker/serve.ts';
import { type DigitsLab, openDigits } from './lab.ts';
import clean from './weights/clean.safetensors?url';
import robust from './weights/robust.safetensors?url';

async function bytesOf(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be loaded: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

let lab: DigitsLab;

async function start(): Promise<void> {
  const [one, other] = await Promise.all([bytesOf(clean), bytesOf(robust), startBackend()]);
  lab = openDigits({ clean: one, robust: other });
}

const calls: DigitsLab = { digit: (index) => lab.digit(index), attack: (digit) => lab.attack(digit) };

serve({ ...calls }, start());
