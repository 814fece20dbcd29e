import { canonicalQuantity, isQuantity } from "../../capacity/quantity";
import { groupOf } from "../../components/manifest";
import { LISTS, NUMBERS, QUANTITIES, QUANTITY, SWITCHES, TEXTS, TEXTS_BY_NAME } from "./api-types";
import { UNKNOWN } from "./field";
import { isFields, mapped, without, type Fields } from "./fields";
import { releaseForm } from "./release-form";

/**
 * API groups that are part of Kubernetes. The Kubernetes provider leaves objects of all other groups as they are written (KnownGroupVersions in
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/kinds/kinds.go).
 */
const BUILT_IN =
  /^(|apps|autoscaling|batch|extensions|policy|(admissionregistration|apiextensions|apiregistration|certificates|coordination|discovery|events|flowcontrol\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage)\.k8s\.io)$/;

/** Fields of metadata that only the API server sets. */
const SET_BY_SERVER = [
  ...["creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields", "resourceVersion", "uid"],
];

/** Kinds whose `selector` is a map of labels; that of other kinds has parts. */
const SELECTED_BY_LABELS = ["Service", "ReplicationController"];

/**
 * The one form in which rules read an object. An object reaches them as the program or a file writes it, or as the Kubernetes provider hands it on to the engine:
 * the provider reads built-in kinds into Go types and writes them again (normalizeInputs in
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/provider.go). Both have the same normal form, so a rule cannot tell them apart and
 * says the same in a plan, a preview and an update. In this form
 *
 * - nothing is null, and metadata has no field that only the API server sets;
 * - a built-in kind has no empty lists, empty texts and other values that say nothing, and its quantities are written as the API server writes them;
 * - the contents of a Secret are in `data`;
 * - a Release has no option that is off or empty, and of its values only those that the provider hands on to Helm.
 */
export function normalForm(manifest: unknown): unknown {
  const object = withoutNulls(manifest);
  if (!isFields(object)) return object;
  const { apiVersion, metadata } = object;
  if (typeof apiVersion !== "string") return object;
  const group = groupOf(apiVersion);
  if (group === "helm.sh") return releaseForm(object);
  const declared = isFields(metadata) ? { ...object, metadata: without(metadata, SET_BY_SERVER) } : object;
  if (!BUILT_IN.test(group)) return declared;
  return typedFields(withSecretData(declared), String(object["kind"]));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  return isFields(value) ? mapped(value, (field) => (field === null ? undefined : withoutNulls(field))) : value;
}

function typedFields(fields: Fields, kind: string): Fields {
  return mapped(fields, (value, name) => typedField(value, name, kind));
}

/** A field of a built-in kind; undefined if it says nothing. */
function typedField(value: unknown, name: string, kind: string): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 && LISTS.has(name)) return undefined;
    return value.map((element: unknown) => (isFields(element) ? typedFields(element, kind) : element));
  }
  if (isFields(value)) {
    const free = TEXTS_BY_NAME.has(name) || (name === "selector" && SELECTED_BY_LABELS.includes(kind));
    if (!free && !QUANTITIES.has(name)) return typedFields(value, kind);
    if (Object.keys(value).length === 0) return undefined;
    return free ? value : mapped(value, quantity);
  }
  if (QUANTITY.has(name) || (name === "value" && kind === "HorizontalPodAutoscaler")) return quantity(value);
  return saysNothing(value, name, kind) ? undefined : value;
}

function saysNothing(value: unknown, name: string, kind: string): boolean {
  switch (value) {
    case "":
      return TEXTS.has(name) || (name === "storageClassName" && kind === "PersistentVolume");
    case 0:
      return NUMBERS.has(name);
    case false:
      return SWITCHES.has(name);
    default:
      return false;
  }
}

/** A quantity as the API server writes it. What is no quantity stays, for the rules to refuse. */
function quantity(value: unknown): unknown {
  if (typeof value !== "string" && typeof value !== "number") return value;
  return isQuantity(String(value)) ? canonicalQuantity(value) : value;
}

/** Moves what a Secret has in clear to `data`, as the API server does; there it comes before what `data` says already. */
function withSecretData(object: Fields): Fields {
  const { stringData, ...rest } = object;
  if (object["apiVersion"] !== "v1" || object["kind"] !== "Secret") return object;
  const data = object["data"] ?? {};
  if (stringData === UNKNOWN || data === UNKNOWN) return { ...rest, data: UNKNOWN };
  if (!isFields(data) || (stringData !== undefined && !isFields(stringData))) return object;
  const encoded = mapped(stringData ?? {}, (value) => (typeof value === "string" ? Buffer.from(value).toString("base64") : value));
  return { ...rest, data: { ...mapped(data, withoutLineBreaks), ...encoded } };
}

/** Text in base64 may be broken into lines; the API server writes it without. */
function withoutLineBreaks(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/[\r\n]/g, "") : value;
}
