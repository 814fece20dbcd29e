import type { V1Container, V1EnvVarSource, V1Pod, V1Service } from "@kubernetes/client-node";
import { bytes, millicores } from "../../capacity/quantity";
import { readKey, type PodObjects, Unmet } from "./objects";
import { isApiServer } from "./services";

/** What the environment of a container is made from, besides the pod. */
export interface EnvironmentFacts {
  readonly objects: PodObjects;
  /** Services of the pod's namespace, and `kubernetes`. */
  readonly services: readonly V1Service[];
  readonly podIP: string;
  readonly hostIP: string;
}

/**
 * The environment of a container as a kubelet makes it: Services, `envFrom`, then `env`, in which `$(NAME)` stands for what came before
 * (https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/).
 * @throws {Unmet} if a Secret, a ConfigMap or a key is missing that is not optional.
 */
export async function environmentOf(
  pod: V1Pod,
  container: V1Container,
  facts: EnvironmentFacts,
): Promise<Readonly<Record<string, string>>> {
  const links = pod.spec?.enableServiceLinks !== false ? facts.services : facts.services.filter(isApiServer);
  const env: Record<string, string> = Object.assign({}, ...links.map(linkOf)) as Record<string, string>;
  for (const { configMapRef, secretRef, prefix = "" } of container.envFrom ?? []) {
    const [kind, source] = secretRef === undefined ? (["ConfigMap", configMapRef] as const) : (["Secret", secretRef] as const);
    const data = await facts.objects.data(kind, source?.name ?? "", source?.optional === true);
    for (const [key, value] of Object.entries(data ?? {})) env[`${prefix}${key}`] = value.toString();
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const found = valueFrom === undefined ? expanded(value ?? "", env) : await valueOf(pod, container, valueFrom, facts);
    if (found !== undefined) env[name] = found;
  }
  return env;
}

/** A text in which `$(NAME)` is replaced by the variable, if there is one, and `$$` stands for one `$`. */
export function expanded(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^()]+)\)/g, (whole, name?: string) => (whole === "$$" ? "$" : (env[name ?? ""] ?? whole)));
}

async function valueOf(pod: V1Pod, container: V1Container, from: V1EnvVarSource, facts: EnvironmentFacts): Promise<string | undefined> {
  const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = from;
  if (secretKeyRef !== undefined) return (await readKey(facts.objects, "Secret", secretKeyRef))?.toString();
  if (configMapKeyRef !== undefined) return (await readKey(facts.objects, "ConfigMap", configMapKeyRef))?.toString();
  if (fieldRef !== undefined) return fieldOf(pod, fieldRef.fieldPath, facts);
  if (resourceFieldRef !== undefined) {
    const [list, resource = ""] = resourceFieldRef.resource.split(".");
    const amount = container.resources?.[list as "limits" | "requests"]?.[resource] ?? "0";
    // Both in units of the divisor, rounded up: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/resource-field-selector/
    const { divisor = "0" } = resourceFieldRef;
    const parts = divisor === "0" ? "1" : divisor;
    const [whole, by] = resource === "cpu" ? [millicores(amount), millicores(parts)] : [bytes(amount), bytes(parts)];
    return String(Math.ceil(Number(whole) / Number(by)));
  }
  throw new Unmet(
    "CreateContainerConfigError",
    `environment of ${container.name}: a source that the agent does not know: ${Object.keys(from).join()}`,
  );
}

/** A field of the pod, by the paths that Kubernetes allows (https://kubernetes.io/docs/concepts/workloads/pods/downward-api/). */
export function fieldOf({ metadata, spec }: V1Pod, path: string, facts: Pick<EnvironmentFacts, "podIP" | "hostIP">): string {
  const [, field = "", key = ""] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (field !== "") return metadata?.[field as "labels" | "annotations"]?.[key] ?? "";
  const asLines = (map: Readonly<Record<string, string>> = {}): string =>
    Object.entries(map)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join("\n");
  const fields: Readonly<Record<string, string | undefined>> = {
    "metadata.name": metadata?.name,
    "metadata.namespace": metadata?.namespace,
    "metadata.uid": metadata?.uid,
    "metadata.labels": asLines(metadata?.labels),
    "metadata.annotations": asLines(metadata?.annotations),
    "spec.nodeName": spec?.nodeName,
    "spec.serviceAccountName": spec?.serviceAccountName,
    "status.podIP": facts.podIP,
    "status.podIPs": facts.podIP,
    "status.hostIP": facts.hostIP,
  };
  const found = fields[path];
  if (found === undefined) throw new Unmet("CreateContainerConfigError", `${path} is no field that the agent knows`);
  return found;
}

/** https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables */
function linkOf({ metadata, spec }: V1Service): Readonly<Record<string, string>> {
  const [ip = "None", ports = []] = [spec?.clusterIP, spec?.ports];
  const first = ports[0];
  if (ip === "None" || ip === "" || first === undefined) return {};
  const name = (metadata?.name ?? "").toUpperCase().replaceAll("-", "_");
  const env: Record<string, string> = {
    [`${name}_SERVICE_HOST`]: ip,
    [`${name}_SERVICE_PORT`]: String(first.port),
    [`${name}_PORT`]: `tcp://${ip}:${first.port}`,
  };
  for (const { name: port, port: number, protocol = "TCP" } of ports) {
    if (port !== undefined) env[`${name}_SERVICE_PORT_${port.toUpperCase().replaceAll("-", "_")}`] = String(number);
    const at = `${name}_PORT_${number}_${protocol}`;
    const scheme = protocol.toLowerCase();
    Object.assign(env, {
      [at]: `${scheme}://${ip}:${number}`,
      [`${at}_PROTO`]: scheme,
      [`${at}_PORT`]: String(number),
      [`${at}_ADDR`]: ip,
    });
  }
  return env;
}
