import { detailedDiff } from "../detailed-diff";
import type { Log } from "../engine";
import { PluginFailure } from "../failure";
import { isMap, plain, Unknown, type PropertyMap } from "../properties";
import type { CheckRequest, CheckResult, DiffRequest, DiffResult, Provider } from "../provider";
import { parseUrn } from "../urn";
import { withAutoname } from "./autoname";
import { markSecrets, parseCheckpoint, tidy } from "./checkpoint";
import { Cluster } from "./cluster";
import type { Context } from "./context";
import { create, previewCreate } from "./create";
import { objectDifference } from "./difference";
import { Discovery } from "./discovery";
import { mapAt, textAt } from "./objects";
import { isListType, isPatchType, kindOfType, releaseType } from "./patch-kinds";
import { checkRelease, createRelease, diffRelease, readRelease, removeRelease, updateRelease } from "./release";
import { read, remove } from "./remove";
import { identityOf, readSettings, type Settings } from "./settings";
import { previewUpdate, update } from "./update";

/** `@pulumi/kubernetes` over the API of a real cluster, with server-side apply. Charts (`helm.sh/v3:Release`) are the sandbox's own. */
export function kubernetesProvider(log: Log): Provider {
  const cancel = new AbortController();
  let settings: Settings | undefined;
  let cluster: Cluster | undefined;
  let discovery = new Discovery(undefined);

  const configured = (): Settings => {
    if (settings === undefined) throw new PluginFailure("the kubernetes provider was used before it was configured");
    return settings;
  };
  const unreachable = async (): Promise<string> => (cluster === undefined ? configured().unreachable : cluster.unreachable());
  /** `undefined` without a usable cluster. */
  const reachable = async (): Promise<Context | undefined> => {
    const current = configured();
    if (cluster === undefined || current.kubeConfig === undefined || (await unreachable()) !== "") return undefined;
    return { cluster, kubeConfig: current.kubeConfig, discovery, settings: current, log, signal: cancel.signal };
  };
  const required = async (): Promise<Context> => {
    const context = await reachable();
    if (context === undefined) throw new PluginFailure(`the configured Kubernetes cluster is unreachable: ${await unreachable()}`);
    return context;
  };
  const isRelease = (urn: string): boolean => parseUrn(urn).type === releaseType;

  return {
    name: "kubernetes",
    version: "4.34.2",
    cancel: () => cancel.abort(),
    diffConfig: ({ oldInputs, oldState, news }) => diffConfig(Object.keys(oldInputs).length > 0 ? oldInputs : oldState, news),
    configure: (args) => {
      settings = readSettings(args);
      cluster = settings.kubeConfig === undefined ? undefined : new Cluster(settings.kubeConfig);
      discovery = new Discovery(cluster);
    },
    check: async (request) => {
      const { skipUpdateUnreachable, namespace } = configured();
      if (skipUpdateUnreachable && (await unreachable()) !== "") {
        log.message("warning", request.urn, "the cluster is unreachable and skipUpdateUnreachable is set: the resource is left as it is");
        return { inputs: request.olds };
      }
      return isRelease(request.urn) ? checkRelease(request, namespace) : check(request, configured(), discovery, log);
    },
    diff: (request) => (isRelease(request.urn) ? diffRelease(oldInputsOf(request)) : diff(oldInputsOf(request), configured(), discovery)),
    create: async (request) => {
      if (!request.preview) return isRelease(request.urn) ? createRelease(request, await required()) : create(request, await required());
      return { id: "", outputs: isRelease(request.urn) ? request.inputs : await previewCreate(request, await reachable()) };
    },
    update: async (request) => {
      if (!request.preview) return isRelease(request.urn) ? updateRelease(request, await required()) : update(request, await required());
      return isRelease(request.urn) ? request.inputs : previewUpdate(request, await reachable());
    },
    read: async (request) => {
      const { deleteUnreachable, skipUpdateUnreachable } = configured();
      const context = await reachable();
      if (context !== undefined) return isRelease(request.urn) ? readRelease(request) : read(request, context);
      if (deleteUnreachable) return undefined;
      if (skipUpdateUnreachable) return { id: request.id, inputs: request.inputs, outputs: request.state };
      throw new PluginFailure(`cannot read the resource, the cluster is unreachable: ${await unreachable()}. ${forget}`);
    },
    delete: async (request) => {
      const context = await reachable();
      if (context !== undefined) return isRelease(request.urn) ? removeRelease(request, context) : remove(request, context);
      if (configured().deleteUnreachable)
        return log.message(
          "warning",
          request.urn,
          "the cluster is unreachable and deleteUnreachable is set: the resource is only forgotten",
        );
      throw new PluginFailure(`cannot delete the resource, the cluster is unreachable: ${await unreachable()}. ${forget}`);
    },
  };
}

const forget =
  "If the cluster is gone for good, set PULUMI_K8S_DELETE_UNREACHABLE=true and run again: its resources are then dropped from the state";

/** Only another cluster identity makes another provider, and with it every resource anew; a changed kubeconfig does not. */
function diffConfig(olds: PropertyMap, news: PropertyMap): DiffResult {
  const [before, after] = [identityOf(olds), identityOf(news)];
  const other = before !== undefined && after !== undefined && before !== after;
  return { changes: detailedDiff(olds, news, ([top]) => top === "clusterIdentifier" && other) };
}

/** Names the object, puts it into a namespace, and marks what is secret. */
async function check(
  { urn, olds, news, randomSeed }: CheckRequest,
  settings: Settings,
  discovery: Discovery,
  log: Log,
): Promise<CheckResult> {
  const { type, name } = parseUrn(urn);
  if (isListType(type))
    throw new PluginFailure(`${type} cannot be created: lists exist for YAML files only. Use the resources that are in it`);
  const given = plain(news);
  const patch = isPatchType(type);
  const unnamed = textAt(given, "metadata", "name") === "";
  if (patch && unnamed) throw new PluginFailure(`${type} ${name}: metadata.name is missing; a patch must name the object that it changes`);
  warnOfHooks(urn, given, settings, log);
  const kind = {
    ...kindOfType(type),
    ...Object.fromEntries(Object.entries(given).filter(([key]) => key === "apiVersion" || key === "kind")),
  };
  const full = tidy({ ...kind, ...(patch ? news : withAutoname(news, olds, name, randomSeed)) });
  if (textAt(given, "kind") === "CustomResourceDefinition") discovery.learn(given);
  const namespaced = await discovery.isNamespaced(kind.apiVersion, kind.kind);
  const inputs = namespaced ? withDefaultNamespace(full, settings.namespace) : full;
  return { inputs: markSecrets(inputs, news) };
}

async function diff({ urn, oldInputs, news }: DiffRequest, settings: Settings, discovery: Discovery): Promise<DiffResult> {
  const object = plain(news);
  const namespaced = await discovery.isNamespaced(textAt(object, "apiVersion"), textAt(object, "kind"));
  return objectDifference(oldInputs, news, namespaced, isPatchType(parseUrn(urn).type), settings);
}

/** Older states hold the inputs only inside the outputs. */
function oldInputsOf(request: DiffRequest): DiffRequest {
  return Object.keys(request.oldInputs).length > 0 ? request : { ...request, oldInputs: parseCheckpoint(request.oldState).inputs };
}

function withDefaultNamespace(inputs: PropertyMap, namespace: string): PropertyMap {
  const metadata = inputs["metadata"] ?? {};
  if (metadata instanceof Unknown || !isMap(metadata) || (metadata["namespace"] ?? "") !== "") return inputs;
  return { ...inputs, metadata: { ...metadata, namespace } };
}

function warnOfHooks(urn: string, object: ReturnType<typeof plain>, settings: Settings, log: Log): void {
  const hook = mapAt(object, "metadata", "annotations")["helm.sh/hook"];
  if (typeof hook !== "string" || hook.includes("test") || settings.suppressHelmHookWarnings) return;
  log.message(
    "warning",
    urn,
    "Helm hooks are not executed: the resource is created like any other (provider argument suppressHelmHookWarnings hides this)",
  );
}
