import type { Part } from '@advml/runs';
import type { ImagesSetting } from './setting.ts';
import type { ImagesWorld } from './world.ts';

/** A part of an experiment on images; images are read when the first stage needs them. */
export type ImagesPart<Measures = unknown> = Part<Promise<ImagesWorld>, ImagesSetting, Measures>;
