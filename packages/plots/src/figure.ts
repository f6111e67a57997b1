import type { PlotOptions } from '@observablehq/plot';
import type { LegendEntry } from './legend.ts';
import type { OptionNames } from './require-options.ts';

/** The words around a figure; each stands in the picture itself, so that the file can be passed on alone. */
export interface FigureText {
  /** What the figure shows, in one line. */
  readonly title?: string;
  /** Below the title: the setting, such as dimension, radius and seed. */
  readonly subtitle?: string;
  /** Below the figure: how to read it and where the data are from. */
  readonly caption?: string;
}

/** The names of {@link FigureText}, for checks. */
export const textNames: OptionNames<FigureText> = { title: true, subtitle: true, caption: true };

/** One plot in a figure. */
export interface Panel {
  /** A line above the plot. */
  readonly heading?: string;
  /** What the marks mean, above the plot. */
  readonly legend?: readonly LegendEntry[];
  /**
   * Width in pixels, at most the figure's; by default the panels of a row share the figure's width equally. Panels of a row that it
   * has no room for stand in the next line.
   */
  readonly width?: number;
  /** Height of the plot in pixels, axes included. */
  readonly height: number;
  /** Marks and scales for Observable Plot; size, fonts and label places are set by the figure. */
  readonly plot: PlotOptions;
}

/** What {@link render} draws. */
export interface Figure extends FigureText {
  /** What the figure shows. */
  readonly title: string;
  /** One or two sentences for people who cannot see the picture. */
  readonly description: string;
  /** What the marks of all panels mean, above them. */
  readonly legend?: readonly LegendEntry[];
  /** Width in pixels, 760 by default. */
  readonly width?: number;
  /** The panels, row by row. */
  readonly rows: readonly (readonly Panel[])[];
}

/** Where and how large a figure is drawn. */
export interface RenderOptions {
  /** The document that makes the elements: by default the page's own, and in Node an empty one. Nothing is added to it. */
  readonly document?: Document;
  /**
   * Width of the figure in pixels, at least 280: for a phone about 360. Panels that then have no room beside each other stand one below
   * the other. By default each figure has its own width.
   */
  readonly width?: number;
}
