import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { PluginFailure } from "../failure";
import { isMap, plain, type PropertyMap } from "../properties";

/** What the provider was configured with. */
export interface Settings {
  /** `undefined` where no usable kubeconfig was found; `unreachable` then says why. */
  readonly kubeConfig: KubeConfig | undefined;
  readonly unreachable: string;
  /** For namespaced objects that name none. */
  readonly namespace: string;
  readonly patchForce: boolean;
  readonly upsert: boolean;
  readonly secretMutable: boolean;
  readonly configMapMutable: boolean;
  readonly suppressHelmHookWarnings: boolean;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
}

/**
 * Reads the provider's arguments. Booleans arrive as text from the Node SDK; those that are not given may come from the environment, under the official
 * provider's names. A kubeconfig that cannot be read is no error here: previews work without a cluster.
 *
 * @throws PluginFailure for options that this provider does not have.
 */
export function readSettings(args: PropertyMap, environment: Readonly<NodeJS.ProcessEnv> = process.env): Settings {
  const values = plain(args);
  const text = (key: string): string => (typeof values[key] === "string" ? values[key] : "");
  const flag = (key: string, variable: string, otherwise: boolean): boolean => {
    const value = values[key] ?? environment[variable];
    return value === undefined ? otherwise : value === true || value === "true";
  };
  if (!flag("enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", true)) {
    throw new PluginFailure(
      unsupported("enableServerSideApply: false", "it only knows server-side apply; leave the argument out or set it to true"),
    );
  }
  if (text("renderYamlToDirectory") !== "") throw new PluginFailure(unsupported("renderYamlToDirectory", "it always talks to a cluster"));
  const { kubeConfig, unreachable } = loadKubeConfig(text("kubeconfig"), text("context"), text("cluster"));
  const ownNamespace = kubeConfig?.getContextObject(kubeConfig.getCurrentContext())?.namespace;
  return {
    kubeConfig,
    unreachable,
    namespace: text("namespace") || ownNamespace || "default",
    patchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE", false),
    upsert: values["upsertExistingObjects"] === true || values["upsertExistingObjects"] === "true",
    secretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE", true),
    configMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE", true),
    suppressHelmHookWarnings: flag("suppressHelmHookWarnings", "PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS", false),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE", false),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE", false),
  };
}

/** The settings whose change makes a new provider, and with it every resource anew: only the cluster's stated identity. */
export function identityOf(args: PropertyMap): string | undefined {
  const value = isMap(args) ? args["clusterIdentifier"] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

function loadKubeConfig(given: string, context: string, cluster: string): Pick<Settings, "kubeConfig" | "unreachable"> {
  const kubeConfig = new KubeConfig();
  try {
    if (given === "") kubeConfig.loadFromDefault();
    else kubeConfig.loadFromString(kubeConfigText(given));
    if (context !== "") kubeConfig.setCurrentContext(context);
    // A copy of the context, so that another cluster can be put in its place.
    if (cluster !== "") selectCluster(kubeConfig, cluster);
    if (kubeConfig.getCurrentCluster() === null) {
      const known =
        kubeConfig
          .getContexts()
          .map(({ name }) => name)
          .join(", ") || "none";
      return {
        kubeConfig: undefined,
        unreachable: `the kubeconfig has no cluster for context ${JSON.stringify(kubeConfig.getCurrentContext())}; its contexts: ${known}`,
      };
    }
    return { kubeConfig, unreachable: "" };
  } catch (error) {
    // The message of a YAML error quotes the file, which may hold credentials.
    const reason =
      error instanceof Error && error.name !== "YAMLException" ? error.message : "it is neither a readable file nor valid YAML";
    return { kubeConfig: undefined, unreachable: `the kubeconfig cannot be used: ${reason}` };
  }
}

/** The argument is either a path or the contents themselves. */
function kubeConfigText(given: string): string {
  const file = given === "~" || given.startsWith("~/") ? path.join(os.homedir(), given.slice(1)) : given;
  const isFile = !given.includes("\n") && fs.existsSync(file);
  return isFile ? fs.readFileSync(file, "utf8") : given;
}

function selectCluster(kubeConfig: KubeConfig, cluster: string): void {
  const current = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  if (current === null) return;
  kubeConfig.addContext({ ...current, name: `${current.name}@${cluster}`, cluster });
  kubeConfig.setCurrentContext(`${current.name}@${cluster}`);
}

function unsupported(option: string, reason: string): string {
  return `the kubernetes stand-in has no ${option}: ${reason}, or install the official kubernetes plugin`;
}
