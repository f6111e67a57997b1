/** A number for each of the networks that a run makes: at initialization, after clean and after adversarial training. */
export interface PerNetwork<T> {
  /** w0. */
  readonly init: T;
  /** w. */
  readonly clean: T;
  /** w'. */
  readonly robust: T;
}

/** The stages that make the networks. */
export const madeBy: PerNetwork<string> = {
  init: 'init weights',
  clean: 'clean training',
  robust: 'adversarial training',
};

/** What the weights at a share of adversarial training are called. */
export const waypoint = (share: number): string => `path-${share}`;
