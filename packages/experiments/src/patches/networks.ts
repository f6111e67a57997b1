/**
 * A network of a run, as its weights are called: at initialization, after clean training, after adversarial training from there, after
 * adversarial training from the initialization, and after adversarial training of the last layer alone.
 */
export type NetworkName = 'init' | (typeof trainedNetworks)[number];

/** The networks that are attacked, in the order of tables. */
export const trainedNetworks = ['clean', 'robust', 'scratch', 'frozen'] as const;

/** A trained network. */
export type TrainedName = (typeof trainedNetworks)[number];

/** The stages that make the networks. */
export const madeBy: Readonly<Record<NetworkName, string>> = {
  init: 'init weights',
  clean: 'clean training',
  robust: 'robust training',
  scratch: 'scratch training',
  frozen: 'frozen training',
};

/** What tables and figures call the networks. */
export const symbols: Readonly<Record<NetworkName, string>> = {
  init: 'w0',
  clean: 'w',
  robust: "w'",
  scratch: 'adversarial from w0',
  frozen: 'last layer of w only',
};
