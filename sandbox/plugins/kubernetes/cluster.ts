import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { PluginFailure } from "../failure";
import type { JsonObject } from "../properties";
import { listAt, textAt } from "./objects";

/** The API server's refusal. */
export class ApiError extends PluginFailure {
  public constructor(
    public readonly status: number,
    public readonly body: JsonObject,
  ) {
    super(textAt(body, "message") || `the API server answered ${status}`);
    this.name = "ApiError";
  }
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, ... */
  public get reason(): string {
    return textAt(this.body, "reason");
  }
  public get causes(): readonly { readonly reason: string; readonly message: string; readonly field: string }[] {
    return listAt(this.body, "details", "causes").map((cause) => ({
      reason: textAt(cause, "reason"),
      message: textAt(cause, "message"),
      field: textAt(cause, "field"),
    }));
  }
}

/** The API server could not be reached at all. */
export class UnreachableError extends PluginFailure {}

export interface Answer {
  readonly body: JsonObject;
  /** What the server had to say beside it: deprecated versions, unknown fields. */
  readonly warnings: readonly string[];
}

interface Call {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: JsonObject;
  readonly contentType?: string;
}

type Connection = Pick<
  https.RequestOptions,
  "ca" | "cert" | "key" | "passphrase" | "rejectUnauthorized" | "servername" | "auth" | "headers"
>;

/**
 * Plain JSON requests to the API server of a kubeconfig. The typed client is used for the kubeconfig's credentials only: its objects turn times into `Date` and lose
 * fields that it does not know.
 */
export class Cluster {
  private readonly agent: http.Agent;
  private readonly secure: boolean;
  private connection: { readonly until: number; readonly options: Promise<Connection> } | undefined;
  private reached: Promise<string> | undefined;

  public constructor(private readonly kubeConfig: KubeConfig) {
    const options = { keepAlive: true, maxSockets: 32 };
    this.secure = new URL(this.server).protocol === "https:";
    this.agent = this.secure ? new https.Agent(options) : new http.Agent(options);
  }

  public get server(): string {
    return this.kubeConfig.getCurrentCluster()?.server ?? "";
  }

  /** Why the cluster cannot be used, `""` when it can. Asked once: a plugin lives no longer than one `pulumi` command. */
  public unreachable(): Promise<string> {
    this.reached ??= this.send("GET", "/version", {}).then(
      () => "",
      (error: unknown) => {
        // Whoever may not read the version can still be allowed everything else.
        if (error instanceof ApiError && error.status === 403) return "";
        return `${this.server}: ${reasonOf(error)}`;
      },
    );
    return this.reached;
  }

  /**
   * Sends a request. It is repeated when the server asks for patience (429, 503) and, for reading, when the connection broke.
   *
   * @throws ApiError, UnreachableError
   */
  public async request(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, call: Call = {}): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.send(method, path, call);
      } catch (error) {
        const busy = error instanceof ApiError && (error.status === 429 || error.status === 503);
        const broken = error instanceof UnreachableError && method === "GET";
        if (attempt >= 5 || !(busy || broken)) throw error;
        await sleep(250 * 2 ** attempt);
      }
    }
  }

  /** Reads an object; `undefined` where there is none. */
  public async get(path: string): Promise<JsonObject | undefined> {
    try {
      return (await this.request("GET", path)).body;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  private async send(method: string, path: string, { query = {}, body, contentType = "application/json" }: Call): Promise<Answer> {
    const connection = await this.connect();
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const search = given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    // Paths of the API are appended: the server of a kubeconfig may carry a prefix of a proxy.
    const url = new URL(this.server.replace(/\/$/, "") + path + search);
    const options: https.RequestOptions = {
      ...connection,
      method,
      agent: this.agent,
      headers: {
        ...connection.headers,
        accept: "application/json",
        ...(payload === undefined ? {} : { "content-type": contentType, "content-length": payload.length }),
      },
    };
    const { status, text, warnings } = await exchange(this.secure ? https.request(url, options) : http.request(url, options), payload);
    const answer = parse(text);
    if (status >= 400) throw new ApiError(status, answer);
    return { body: answer, warnings };
  }

  /** Credentials are renewed every minute, since those of an exec plugin run out. */
  private connect(): Promise<Connection> {
    if (this.connection === undefined || this.connection.until < Date.now()) {
      const read = async (): Promise<Connection> => {
        const options: https.RequestOptions = {};
        await this.kubeConfig.applyToHTTPSOptions(options);
        const { agent: _agent, ...connection } = options;
        return connection;
      };
      this.connection = { until: Date.now() + 60_000, options: read() };
    }
    return this.connection.options;
  }
}

/** A refused connection to several addresses is an error without a message of its own. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ("code" in error ? String(error.code) : error.name);
}

function exchange(
  request: http.ClientRequest,
  payload: Buffer | undefined,
): Promise<{ status: number; text: string; warnings: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const unreachable = (error: Error): void => reject(new UnreachableError(`no answer from the API server: ${reasonOf(error)}`));
    request.on("error", unreachable);
    request.setTimeout(60_000, () => request.destroy(new Error("no answer within 60 s")));
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", unreachable);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString("utf8"),
          warnings: warningsOf(response.headersDistinct["warning"] ?? []),
        }),
      );
    });
    request.end(payload);
  });
}

/** RFC 7234: `299 - "text"`, several in one header or in several. */
function warningsOf(headers: readonly string[]): readonly string[] {
  return headers.flatMap((header) =>
    [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text.replace(/\\(.)/g, "$1")),
  );
}

function parse(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return { message: text.trim().slice(0, 500) };
  }
}
