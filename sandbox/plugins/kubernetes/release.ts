import { installChart, uninstallChart, waitForRelease } from "../../charts/install";
import { detailedDiff } from "../detailed-diff";
import { PartialFailure, PluginFailure } from "../failure";
import { plain, Secret, textOf, type JsonObject, type PropertyMap } from "../properties";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  ReadRequest,
  ReadResult,
  ResourceState,
  UpdateRequest,
} from "../provider";
import { parseUrn } from "../urn";
import { uniqueName } from "./autoname";
import { parseCheckpoint } from "./checkpoint";
import type { Context } from "./context";
import { mapAt, parseId } from "./objects";

/** Default of Helm and of the official provider, in seconds. */
const usualTimeout = 300;

/** Arguments that need Helm itself; with any of them the release would not be what the program asked for. */
const unsupported = ["atomic", "postrender", "valueYamlFiles", "verify"] as const;

/** Fills in name, namespace and timeout as the official provider does. */
export function checkRelease({ urn, olds, news, randomSeed }: CheckRequest, namespace: string): CheckResult {
  const { name: resourceName } = parseUrn(urn);
  const name = news["name"] || olds["name"] || uniqueName(`${resourceName}-`, randomSeed);
  const timed = news["skipAwait"] === true || news["timeout"] !== undefined ? {} : { timeout: usualTimeout };
  const found = unsupported.filter((key) => news[key] !== undefined && news[key] !== false && news[key] !== null);
  return {
    inputs: { ...news, ...timed, name, namespace: news["namespace"] || namespace },
    failures: found.map((property) => ({
      property,
      reason: `the kubernetes stand-in has no Helm, so ${property} cannot be honoured; leave it out or install the official kubernetes plugin`,
    })),
  };
}

export function diffRelease({ oldInputs, news }: DiffRequest): DiffResult {
  return { changes: detailedDiff(oldInputs, news, ([top]) => top === "name" || top === "namespace") };
}

export async function createRelease(request: CreateRequest, context: Context): Promise<ResourceState> {
  const id = releaseId(request.inputs);
  return { id, outputs: await install(request, 1, context) };
}

export async function updateRelease(request: UpdateRequest, context: Context): Promise<PropertyMap> {
  const status = plain(request.oldState)["status"];
  const revision = typeof status === "object" && status !== null && "revision" in status ? Number(status["revision"]) : 0;
  return install(request, revision + 1, context);
}

export async function removeRelease({ id }: DeleteRequest, { kubeConfig }: Context): Promise<void> {
  const { namespace, name } = parseId(id);
  await uninstallChart(kubeConfig, { release: name, namespace });
}

/** Without Helm's own record there is nothing to compare with: the release is what the state says. */
export function readRelease({ id, inputs, state }: ReadRequest): ReadResult {
  const known = Object.keys(inputs).length > 0 ? inputs : parseCheckpoint(state).inputs;
  if (Object.keys(known).length > 0) return { id, inputs: known, outputs: state };
  throw new PluginFailure(`release ${id} cannot be imported: the kubernetes stand-in has no Helm; install the official kubernetes plugin`);
}

async function install(request: CreateRequest, revision: number, { kubeConfig, log, signal }: Context): Promise<PropertyMap> {
  const { inputs, urn } = request;
  const values = plain(inputs);
  const { name: release, namespace } = placeOf(values);
  // A chart of an OCI registry is named by its whole address.
  const chart = textOf(values["chart"]).replace(/^.*\//, "");
  const version = textOf(values["version"]);
  log.status(urn, `installing ${chart} ${version}`);
  await installChart(kubeConfig, { release, namespace, chart, version, values: mapAt(values, "values") }).catch(rejected);
  const outputs = (status: string): PropertyMap => ({
    ...inputs,
    status: { name: release, namespace, version, chart, revision, status },
    resourceNames: {},
    // The values may hold secrets that only this copy keeps whole.
    __inputs: new Secret(inputs),
  });
  if (values["skipAwait"] === true) return outputs("deployed");
  const seconds = Number(values["timeout"] ?? (request.timeout || usualTimeout));
  log.status(urn, `waiting for the workloads of ${chart}`);
  try {
    await Promise.race([waitForRelease(kubeConfig, { release, namespace }, seconds * 1000), aborted(signal)]);
  } catch (error) {
    const message = `release ${namespace}/${release} is installed, but ${error instanceof Error ? error.message : String(error)}`;
    throw new PartialFailure(message, releaseId(inputs), outputs("failed"), [message], inputs);
  }
  return outputs("deployed");
}

/** Charts and values that cannot be installed are the user's to mend, so their message is shown without a stack. */
function rejected(error: unknown): never {
  throw error instanceof Error ? new PluginFailure(error.message) : error;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(new Error("waiting for it was cancelled"));
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
}

function releaseId(inputs: PropertyMap): string {
  const { namespace, name } = placeOf(plain(inputs));
  return `${namespace}/${name}`;
}

function placeOf(values: JsonObject): { readonly namespace: string; readonly name: string } {
  return { namespace: textOf(values["namespace"]), name: textOf(values["name"]) };
}
