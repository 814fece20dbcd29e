import { isFields, mapped, without, type Fields } from "./fields";

/** What the provider adds to a Release after its installation, and a mark by which the SDK tells it which resource to make. */
const NOT_DECLARED = ["compat", "resourceNames", "status"];
/** Seconds for which the provider waits for a release that names no timeout (defaultTimeoutSeconds in helm_release.go). */
const USUAL_TIMEOUT = 300;

/**
 * The normal form of a Release, Pulumi's own kind of helm.sh. The provider fills in every option, off or empty, and unless `allowNullValues` is set it hands
 * neither nulls nor empty lists on to Helm, so for these the chart's default counts (Check, setDefaults and excludeNulls in
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/helm_release.go).
 */
export function releaseForm(release: Fields): Fields {
  const { spec } = release;
  if (!isFields(spec)) return release;
  const { values, repositoryOpts, timeout, ...options } = without(spec, NOT_DECLARED);
  const reaching = spec["allowNullValues"] === true ? values : handedOn(values);
  return {
    ...release,
    spec: {
      ...mapped(options, given),
      ...(timeout !== undefined && timeout !== USUAL_TIMEOUT && { timeout }),
      // What is not known, or is no map of options, stays for the rules to refuse.
      ...(repositoryOpts !== undefined && { repositoryOpts: isFields(repositoryOpts) ? mapped(repositoryOpts, given) : repositoryOpts }),
      ...(reaching !== undefined && { values: reaching }),
    },
  };
}

function given(value: unknown): unknown {
  return value === "" || value === false ? undefined : value;
}

/** The values that reach Helm; undefined for null and for an empty list, wherever they are. */
function handedOn(value: unknown): unknown {
  if (isFields(value)) return mapped(value, handedOn);
  if (!Array.isArray(value)) return value ?? undefined;
  const elements = value.map(handedOn).filter((element) => element !== undefined);
  return elements.length === 0 ? undefined : elements;
}
