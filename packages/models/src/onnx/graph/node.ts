import { InputError } from '@advml/core';
import { type Attributes, attributesOf } from '../file/attributes.ts';
import type { NodeMessage } from '../file/model.ts';
import { OPERATORS } from '../operators/registry.ts';
import type { Operator } from './operator.ts';

/** A call of an operator, ready to run. */
export interface Node {
  /** As messages name it. */
  readonly label: string;
  /** Name of the operator. */
  readonly name: string;
  /** The operator. */
  readonly operator: Operator;
  /** Version of the operators. */
  readonly opset: number;
  /** Names of the values that go in; empty where one is left out. */
  readonly inputs: readonly string[];
  /** Names of those that come out; empty where nothing needs one. */
  readonly outputs: readonly string[];
  /** What the file says beside the inputs. */
  readonly attributes: Attributes;
}

/** A node as messages name it. */
export const labelOf = ({ name, operator, outputs }: NodeMessage) =>
  `node '${name || outputs.find(Boolean) || ''}' (${operator ?? 'no operator'})`;

/** Whether a domain is that of ONNX itself. */
export const isStandard = (domain: string | undefined) => !domain || domain === 'ai.onnx';

/**
 * A node of a file, ready to run.
 *
 * @param message - As it was read.
 * @param opset - Version of the operators.
 * @throws InputError that names the node, if its operator or one of its attributes is not known.
 */
export function nodeOf(message: NodeMessage, opset: number): Node {
  const label = labelOf(message);
  const operator = isStandard(message.domain) ? OPERATORS.get(message.operator ?? '') : undefined;
  if (!operator)
    throw new InputError(
      `${label} must have an operator that fromOnnx knows, got ${isStandard(message.domain) ? '' : `${message.domain}.`}${message.operator}; \`output\` picks a value before it, if that will do`,
    );
  const attributes = attributesOf(message.attributes, operator.attributes, label);
  const { inputs, outputs } = message;
  return { label, name: message.operator ?? '', operator, opset, inputs, outputs, attributes };
}
