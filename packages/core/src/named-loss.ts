/**
 * A loss with a name that minifiers do not take from it, so that labels of attacks are the same in a bundle.
 *
 * @param name - What labels call it.
 * @param loss - The loss; its name is changed.
 * @returns The loss.
 */
export const namedLoss = <Loss extends (...given: never) => unknown>(name: string, loss: Loss): Loss =>
  Object.defineProperty(loss, 'name', { value: name });
