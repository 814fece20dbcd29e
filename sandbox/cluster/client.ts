import * as https from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

/** Any object of the cluster, as data. */
export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly unknown[];
  };
  readonly [field: string]: unknown;
}

/** What is needed to address an object. */
export interface ObjectKey {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
}

/** A refusal of the API server, with its HTTP status and its message. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiFailure";
  }
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const TIMEOUT = 30_000;

/**
 * The REST interface of the API server over a few connections that are kept open. The client library opens a TLS connection for each
 * request, which takes longer than the request, and the sandbox needs little more than discovery, apply and status.
 */
export class Cluster {
  private readonly options: https.RequestOptions = {};
  private readonly server: URL;
  private readonly resources = new Map<string, readonly ApiResource[]>();
  private prepared: Promise<void> | undefined;

  constructor(readonly config: KubeConfig) {
    const server = config.getCurrentCluster()?.server;
    if (server === undefined) throw new Error("the kubeconfig names no cluster");
    this.server = new URL(server);
  }

  /** Connects with the current context of a kubeconfig file. Throws if the file names no cluster. */
  static load(file: string): Cluster {
    const config = new KubeConfig();
    config.loadFromFile(file);
    return new Cluster(config);
  }

  /**
   * Server-side apply (https://kubernetes.io/docs/reference/using-api/server-side-apply/); returns the object as it is stored.
   * @param force takes fields over from other managers.
   */
  async apply(object: ObjectKey & { readonly [field: string]: unknown }, manager: string, force = true): Promise<ClusterObject> {
    const path = `${await this.path(object)}?fieldManager=${encodeURIComponent(manager)}&force=${force}`;
    return (await this.request("PATCH", path, object, "application/apply-patch+yaml")) as ClusterObject;
  }

  /** Replaces the given fields of the status, and nothing else. */
  async patchStatus(object: ObjectKey, status: Readonly<Record<string, unknown>>): Promise<void> {
    await this.request("PATCH", `${await this.path(object)}/status`, { status }, "application/merge-patch+json");
  }

  /** Merges fields into an object; a null removes a field (https://www.rfc-editor.org/rfc/rfc7386). */
  async merge(object: ObjectKey, patch: Readonly<Record<string, unknown>>): Promise<void> {
    await this.request("PATCH", await this.path(object), patch, "application/merge-patch+json");
  }

  /** Creates an object. Throws an ApiFailure 409 if it exists. */
  async create(object: ObjectKey & { readonly [field: string]: unknown }): Promise<void> {
    await this.request("POST", await this.collection(object.apiVersion, object.kind, object.metadata.namespace), object);
  }

  /** Reads an object; undefined if there is none, or if the server does not know the kind. */
  async read(key: ObjectKey): Promise<ClusterObject | undefined> {
    try {
      return (await this.request("GET", await this.path(key))) as ClusterObject;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Lists the objects of a kind, in one namespace or in all; none for a kind that the server does not know. */
  async list(
    apiVersion: string,
    kind: string,
    where: { readonly namespace?: string; readonly labels?: string } = {},
  ): Promise<readonly ClusterObject[]> {
    try {
      const query = where.labels === undefined ? "" : `?labelSelector=${encodeURIComponent(where.labels)}`;
      const answer = await this.request("GET", (await this.collection(apiVersion, kind, where.namespace)) + query);
      // The server leaves the type out of the items of a list.
      return ((answer as { items?: ClusterObject[] }).items ?? []).map((item) => ({ ...item, apiVersion, kind }));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** Deletes an object in the background; false if there was none. */
  async delete(key: ObjectKey): Promise<boolean> {
    try {
      await this.request("DELETE", await this.path(key), { propagationPolicy: "Background" });
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /**
   * The URL path of all objects of a kind.
   * @throws {ApiFailure} 404 for a kind that the server does not know.
   */
  async collection(apiVersion: string, kind: string, namespace?: string): Promise<string> {
    const { name, namespaced } = await this.resource(apiVersion, kind);
    const scope = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    return `${root(apiVersion)}${scope}/${name}`;
  }

  /** True if the server serves a kind at this moment. */
  async knows(apiVersion: string, kind: string): Promise<boolean> {
    try {
      await this.resource(apiVersion, kind);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  private async path(key: ObjectKey): Promise<string> {
    const collection = await this.collection(key.apiVersion, key.kind, key.metadata.namespace ?? "default");
    return `${collection}/${encodeURIComponent(key.metadata.name)}`;
  }

  private async resource(apiVersion: string, kind: string): Promise<ApiResource> {
    const known = this.resources.get(apiVersion)?.find((each) => each.kind === kind);
    if (known !== undefined) return known;
    const { resources } = (await this.request("GET", root(apiVersion))) as { resources: readonly ApiResource[] };
    const main = resources.filter((each) => !each.name.includes("/"));
    this.resources.set(apiVersion, main);
    const found = main.find((each) => each.kind === kind);
    if (found === undefined) throw new ApiFailure(404, `the server knows no ${kind} in ${apiVersion}`);
    return found;
  }

  /**
   * Sends a request and returns the answer.
   * @param body sent as it is if it is text, and as JSON otherwise.
   * @throws {ApiFailure} if the server refuses.
   */
  async request(method: string, path: string, body?: unknown, contentType = "application/json"): Promise<unknown> {
    await (this.prepared ??= this.prepare());
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const { status, answer } = await new Promise<{ status: number; answer: string }>((resolve, reject) => {
      const request = https.request(
        {
          ...this.options,
          method,
          host: this.server.hostname,
          port: this.server.port,
          path,
          timeout: TIMEOUT,
          headers: {
            ...(this.options.headers as Record<string, string>),
            accept: "application/json",
            ...(text === undefined ? {} : { "content-type": contentType, "content-length": Buffer.byteLength(text) }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.once("error", reject);
          response.once("end", () => resolve({ status: response.statusCode ?? 0, answer: Buffer.concat(chunks).toString() }));
        },
      );
      request.once("error", reject);
      request.once("timeout", () =>
        request.destroy(new Error(`the API server did not answer ${method} ${path} within ${TIMEOUT / 1000} s`)),
      );
      request.end(text);
    });
    if (status >= 400) throw new ApiFailure(status, messageOf(answer) ?? `${method} ${path}: ${status}`);
    return answer === "" ? {} : JSON.parse(answer);
  }

  private async prepare(): Promise<void> {
    await this.config.applyToHTTPSOptions(this.options);
    const { ca, cert, key, rejectUnauthorized, servername } = this.options as https.AgentOptions;
    this.options.agent = new https.Agent({ keepAlive: true, maxSockets: 16, ca, cert, key, rejectUnauthorized, servername });
  }
}

/** True if a request failed because there is no such object or kind. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiFailure && error.status === 404;
}

function root(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function messageOf(answer: string): string | undefined {
  try {
    return (JSON.parse(answer) as { message?: string }).message;
  } catch {
    return answer.trim().slice(0, 200) || undefined;
  }
}
