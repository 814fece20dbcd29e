import type { Cluster } from "../cluster/client";

/** Kinds whose data a pod takes. */
export type DataKind = "Secret" | "ConfigMap";

/** Why a pod or a container cannot start yet, in the words of a kubelet. */
export class Unmet extends Error {
  constructor(
    readonly reason: "FailedMount" | "CreateContainerConfigError" | "MissingProgram",
    message: string,
  ) {
    super(message);
    this.name = "Unmet";
  }
}

/** Reads the Secrets and ConfigMaps of one namespace from the API server. */
export class PodObjects {
  constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
  ) {}

  /**
   * The data of an object by key; undefined if it is missing and optional.
   * @throws {Unmet} if it is missing.
   */
  async data(kind: DataKind, name: string, optional = false): Promise<Readonly<Record<string, Buffer>> | undefined> {
    const found = await this.cluster.read({ apiVersion: "v1", kind, metadata: { name, namespace: this.namespace } });
    if (found === undefined) {
      if (optional) return undefined;
      throw new Unmet("CreateContainerConfigError", `${kind.toLowerCase()} "${name}" not found`);
    }
    const { data = {}, binaryData = {} } = found as { data?: Record<string, string>; binaryData?: Record<string, string> };
    const decoded = (from: Record<string, string>, as: "base64" | "utf8"): Record<string, Buffer> =>
      Object.fromEntries(Object.entries(from).map(([key, value]) => [key, Buffer.from(value, as)]));
    return { ...decoded(data, kind === "Secret" ? "base64" : "utf8"), ...decoded(binaryData, "base64") };
  }
}

/**
 * One key of an object; undefined if it is missing and optional.
 * @throws {Unmet} if the object or the key is missing.
 */
export async function readKey(
  objects: PodObjects,
  kind: DataKind,
  { name = "", key, optional = false }: { readonly name?: string; readonly key: string; readonly optional?: boolean },
): Promise<Buffer | undefined> {
  const found = (await objects.data(kind, name, optional))?.[key];
  if (found !== undefined || optional) return found;
  throw new Unmet("CreateContainerConfigError", `couldn't find key ${key} in ${kind} ${objects.namespace}/${name}`);
}
