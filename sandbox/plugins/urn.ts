/** The parts of a URN that plugins need: `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
export interface Urn {
  readonly stack: string;
  readonly project: string;
  /** Type token, `kubernetes:core/v1:ConfigMap`. */
  readonly type: string;
  readonly name: string;
}

/**
 * Takes a URN (https://www.pulumi.com/docs/iac/concepts/resources/names/#urns) apart; its name may contain `::`.
 * @throws {Error} for anything that is no URN.
 */
export function parseUrn(urn: string): Urn {
  const match = /^urn:pulumi:(.*?)::(.*?)::(.*?)::(.*)$/s.exec(urn);
  if (match === null) throw new Error(`not a URN: ${urn}`);
  const [, stack = "", project = "", types = "", name = ""] = match;
  return { stack, project, type: types.slice(types.lastIndexOf("$") + 1), name };
}
