import { type Classifier, classifier, InputError, type Params } from '@advml/core';
import { mlp, symmetricTwoLayer } from '@advml/networks';

const axis = (params: Params, name: string, at: number): number => {
  const length = params[name]?.shape[at];
  if (length === undefined)
    throw new InputError(`the weights hold no '${name}'; they hold ${Object.keys(params).join(', ')}`);
  return length;
};

/** Networks by name, with their sizes read off their parameters. */
const NETWORKS: Readonly<Record<string, (params: Params) => Classifier>> = {
  mlp: (params) => {
    const layers = Object.keys(params).filter((name) => /^layer\d+\.weight$/.test(name)).length;
    const outs = Array.from({ length: layers }, (_, at) => axis(params, `layer${at + 1}.weight`, 0));
    const inputs = axis(params, 'layer1.weight', 1);
    const last = outs.pop();
    return classifier(
      mlp({ inputs, hidden: outs, outputs: last === 1 || last === undefined ? 'score' : last }),
      params,
    );
  },
  'symmetric-two-layer': (params) => {
    const [neurons, inputs] = [0, 1].map((at) => axis(params, 'weight', at));
    return classifier(symmetricTwoLayer({ inputs, neurons, initialDeviation: 1 }), params);
  },
};

/** The names that {@link modelNamed} knows. */
export const networkNames = Object.keys(NETWORKS);

/**
 * A model from a network's name and its parameters.
 *
 * @param name - One of {@link networkNames}.
 * @param params - Owned by the caller, who keeps them as long as the model is used.
 * @returns The model.
 * @throws InputError if the name is unknown or the parameters are not that network's.
 */
export function modelNamed(name: string, params: Params): Classifier {
  const make = Object.hasOwn(NETWORKS, name) ? NETWORKS[name] : undefined;
  if (!make) throw new InputError(`--network must be one of ${networkNames.join(', ')}, got '${name}'`);
  return make(params);
}
