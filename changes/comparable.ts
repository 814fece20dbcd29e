import { SECRETS_CHECKSUM } from "../components/checksum";
import { plain } from "../policies/engine-values";
import { UNKNOWN } from "../policies/model/field";
import { isFields, mapped, type Fields } from "../policies/model/fields";
import { normalForm } from "../policies/model/normal-form";
import { manifestOfResource } from "../policies/model/objects";
import type { StateResource } from "./state";

/** Lists of a NetworkPolicy whose members come in no order. */
const UNORDERED = ["egress", "from", "ingress", "ports", "to"];

/**
 * The inputs of a resource in the one form in which a plan and a state can be compared: what the provider fills in or writes otherwise is the
 * same in both. Secrets and values that nobody knows before `up` are {@link UNKNOWN}.
 */
export function comparable({ type, inputs }: StateResource): unknown {
  const value = withoutDigests(plain(inputs));
  const manifest = manifestOfResource(type, value);
  if (manifest === undefined) return value;
  const form = normalForm(manifest);
  return manifest["kind"] === "NetworkPolicy" && isFields(form) ? sorted(form) : form;
}

/** A plan knows no secret, so that it cannot know their digest. */
function withoutDigests(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDigests);
  return isFields(value) ? mapped(value, (field, name) => (name === SECRETS_CHECKSUM ? UNKNOWN : withoutDigests(field))) : value;
}

function sorted(fields: Fields): Fields {
  return mapped(fields, (value, name) => {
    if (isFields(value)) return sorted(value);
    if (!Array.isArray(value)) return value;
    const members = value.map((each: unknown) => (isFields(each) ? sorted(each) : each));
    return UNORDERED.includes(name) ? members.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : members;
  });
}

/** True for what cannot be compared: a secret, and a value that nobody knows before `up`. */
export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}
