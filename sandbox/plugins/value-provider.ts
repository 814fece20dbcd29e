import { detailedDiff } from "./detailed-diff";
import { PluginFailure } from "./failure";
import { hasUnknown, plain, Secret, Unknown, type JsonObject, type PropertyMap, type PropertyValue } from "./properties";
import type { CheckRequest, CheckResult, DiffResult, Provider } from "./provider";
import { parseUrn } from "./urn";

/** A resource that consists of computed values only: they are made once, kept in the state, and made anew if an input changes. */
export interface ValueResource {
  /** Inputs that are filled in when missing. */
  readonly defaults: JsonObject;
  /** What is wrong with known inputs: the input, what was found, and what is allowed. */
  validate(inputs: JsonObject): readonly { readonly property: string; readonly reason: string }[];
  /** Names of the values that `create` computes: unknown in a preview. */
  readonly computed: readonly string[];
  /** Inputs and computed values that are secret in the state, whoever gave them. */
  readonly secrets: readonly string[];
  create(inputs: JsonObject): { readonly id: string; readonly values: JsonObject };
  /** Inputs whose change keeps the values. */
  readonly updatable?: readonly string[];
  /** True if the values must be made anew although no input changed, as for a certificate that runs out. */
  expired?(state: JsonObject): boolean;
}

/**
 * A provider of value resources, by type token. Nothing exists outside the state, so deleting does nothing and reading returns the state.
 */
export function valueProvider(name: string, version: string, resources: Readonly<Record<string, ValueResource>>): Provider {
  const resourceOf = (urn: string): ValueResource => {
    const { type } = parseUrn(urn);
    const found = resources[type];
    if (found !== undefined) return found;
    const known = Object.keys(resources).join(", ");
    throw new PluginFailure(`the ${name} stand-in has no ${type}, only ${known}; install the official ${name} plugin to use it`);
  };
  return {
    name,
    version,
    check: ({ urn, news }: CheckRequest): CheckResult => {
      const resource = resourceOf(urn);
      const inputs: PropertyMap = { ...resource.defaults, ...present(news) };
      return { inputs, failures: hasUnknown(inputs) ? [] : resource.validate(plain(inputs)) };
    },
    diff: ({ urn, oldInputs, oldState, news }): DiffResult => {
      const resource = resourceOf(urn);
      const updatable = new Set(resource.updatable);
      // A default that a later version has added is no change by the user.
      const before = { ...resource.defaults, ...present(oldInputs) };
      const changes = detailedDiff(before, news, ([top]) => !updatable.has(String(top)));
      const expired = resource.expired?.({ ...plain(oldState), ...plain(news) }) === true;
      return { changes, replaces: expired ? ["readyForRenewal"] : [] };
    },
    create: ({ urn, inputs, preview }) => {
      const resource = resourceOf(urn);
      if (preview) {
        const unknown = Object.fromEntries(resource.computed.map((key) => [key, new Unknown()]));
        return { id: "", outputs: sealed({ ...inputs, ...unknown }, resource) };
      }
      const { id, values } = resource.create(plain(inputs));
      return { id, outputs: sealed({ ...inputs, ...values }, resource) };
    },
    read: ({ urn, id, state, inputs }) => {
      const expired = resourceOf(urn).expired?.(plain(state)) === true;
      return { id, outputs: expired ? { ...state, readyForRenewal: true } : state, inputs };
    },
    update: ({ urn, inputs, oldState }) => {
      const resource = resourceOf(urn);
      const kept = Object.fromEntries(resource.computed.map((key) => [key, oldState[key]]));
      return sealed({ ...inputs, ...kept }, resource);
    },
    delete: () => {},
  };
}

function present(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null && value !== undefined));
}

function sealed(outputs: PropertyMap, resource: ValueResource): PropertyMap {
  const seal = (key: string, value: PropertyValue | undefined): PropertyValue | undefined =>
    value === undefined || value === null || value instanceof Secret || !resource.secrets.includes(key) ? value : new Secret(value);
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, seal(key, value)]));
}
