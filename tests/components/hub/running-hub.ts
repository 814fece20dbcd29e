import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { onPath } from "#af/sandbox/tools/executable";
import { projectFolder } from "#af/stacks/site/project";
import type { PythonEnvironment } from "../../support/python";
import { StartedProgram } from "../../support/started-program";
import { PYTHON, type Subject } from "./subjects";
import { eventually } from "../../support/patience";

/** Writes the file by which KubeSpawner finds an API server; in a cluster it has the pod's own account. */
export function writeKubeconfig(file: string, server: string): void {
  const cluster = { name: "played", cluster: { server } };
  const context = { name: "played", context: { cluster: "played", user: "hub" } };
  const config = { apiVersion: "v1", kind: "Config", clusters: [cluster], contexts: [context], users: [{ name: "hub", user: {} }] };
  fs.writeFileSync(file, JSON.stringify({ ...config, "current-context": "played" }));
}

/** Gives a program the environment in which KubeSpawner finds an API server; nothing answers there. */
export async function withPlayedServer<T>(use: (env: Readonly<NodeJS.ProcessEnv>) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-kubeconfig-"));
  try {
    const file = path.join(folder, "kubeconfig");
    writeKubeconfig(file, "http://127.0.0.1:9");
    return await use({ KUBECONFIG: file });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** A Kubernetes that has nothing at first, takes everything and remembers it; its lists stay empty. */
class PlayedCluster {
  readonly created: Record<string, unknown>[] = [];
  private readonly objects = new Map<string, string>();
  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  async listen(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The objects of a kind that are there. */
  objectsOf(kind: string): readonly Readonly<Record<string, unknown>>[] {
    return [...this.objects.values()]
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .filter((object) => object["kind"] === kind);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://cluster");
    const [status, body] = searchParams.has("watch") ? [200, undefined] : this.done(request.method ?? "GET", pathname, text);
    response.writeHead(status, { "content-type": "application/json" });
    // A watch has nothing to say, and stays open.
    if (body === undefined) return void response.flushHeaders();
    response.end(body);
  }

  /** Does what a request asks for; returns the status and the text of the answer. */
  private done(method: string, pathname: string, text: string): readonly [number, string] {
    if (method === "POST") {
      const object = JSON.parse(text) as Record<string, unknown> & { metadata: { name: string } };
      this.created.push(object);
      const kept = JSON.stringify({ ...object, metadata: { ...object.metadata, uid: String(this.created.length) } });
      this.objects.set(`${pathname}/${object.metadata.name}`, kept);
      return [201, kept];
    }
    // The path of a list ends with a kind, that of an object with its name.
    if (!/\/namespaces\/[^/]+\/[^/]+\/[^/]+$/.test(pathname))
      return [200, JSON.stringify({ kind: "List", metadata: { resourceVersion: "1" }, items: [] })];
    if (method === "PATCH") this.objects.set(pathname, text);
    const found = this.objects.get(pathname);
    if (method === "DELETE") this.objects.delete(pathname);
    return found === undefined ? [404, JSON.stringify({ kind: "Status", status: "Failure", code: 404 })] : [200, found];
  }
}

/** What a server has answered. */
interface Page {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

/** A browser without pictures: it keeps cookies, and follows nothing by itself. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(readonly url: string) {}

  /** Asks for a page; with a form it sends that. Node's `fetch` says that it is no navigation, and the hub gives such a reader no form's key. */
  async open(page: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { cookie, ...(form && { "content-type": "application/x-www-form-urlencoded" }) };
    const request = http.request(new URL(page, this.url), { method: form ? "POST" : "GET", headers });
    request.end(form && new URLSearchParams({ ...form, _xsrf: this.cookies.get("_xsrf") ?? "" }).toString());
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    for (const set of response.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.cookies.set(name, value);
    }
    let text = "";
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode ?? 0, location: response.headers.location ?? "", text };
  }
}

/** Groups of users of a hub that lets everybody log in, by their names. */
type Groups = Readonly<Record<string, readonly string[]>>;

/** A real API server for a hub. */
export interface RealServer {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** Token with which a test orders users and servers. */
  readonly token: string;
  /** Seconds that a server may take to start. */
  readonly startTimeout: number;
}

/** The real JupyterHub with the values of a site, behind the real proxy and before a played Kubernetes. */
export class RunningHub {
  readonly cluster = new PlayedCluster();
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-hub-"));
  private program: StartedProgram | undefined;
  url = "";

  /**
   * @param options.dummy lets everybody log in by a form; else the site's own login.
   * @param options.real a real API server in place of the played one, and a token for the hub's own interface.
   */
  async start(
    environment: PythonEnvironment,
    { hub: values }: Subject,
    {
      real,
      ...options
    }: { readonly dummy: boolean; readonly chart: string | undefined; readonly real?: RealServer; readonly groups?: Groups },
  ): Promise<void> {
    const ports = await freePorts(3);
    this.url = `http://127.0.0.1:${ports[0]}/`;
    const kubeconfig = real?.kubeconfig ?? path.join(this.folder, "kubeconfig");
    if (real === undefined) writeKubeconfig(kubeconfig, await this.cluster.listen());
    // The hub starts the proxy, so it is tied to the hub and not to this process.
    const tie = onPath("setpriv") === undefined ? [] : ["setpriv", "--pdeathsig=KILL"];
    const program = path.join(projectFolder(), "node_modules", "configurable-http-proxy", "bin", "configurable-http-proxy");
    const proxy = [...tie, process.execPath, program];
    const given = path.join(this.folder, "given.json");
    fs.writeFileSync(given, JSON.stringify({ values, ports, proxy, ...options, ...real }));
    const secrets = Object.fromEntries(Object.keys(values.hub.extraEnv).map((name) => [name, `a ${name}`]));
    const command = [environment.python, "-m", "jupyterhub", "--config", path.join(PYTHON, "running_hub.py")];
    const env = { ...process.env, ...secrets, KUBECONFIG: kubeconfig, AF_GIVEN: given, PYTHONPATH: PYTHON };
    this.program = new StartedProgram(command, { cwd: this.folder, env }, "TERM");
    await this.program.until("the hub answers", async () => (await fetch(new URL("hub/health", this.url))).ok, 90_000);
  }

  browser(): Browser {
    return new Browser(this.url);
  }

  /**
   * The object of a kind that the hub asks the played Kubernetes for.
   * @throws {Error} with the hub's complaints if it asks for none.
   */
  async created(kind: string): Promise<Readonly<Record<string, unknown>>> {
    const find = () => this.cluster.created.find((object) => object["kind"] === kind);
    await eventually(() => find() !== undefined);
    const found = find();
    if (found) return found;
    throw new Error(`no ${kind}; ${this.complaints().join("\n")}`);
  }

  /**
   * Waits until something holds.
   * @throws {Error} with the hub's complaints if it does not.
   */
  async until(holds: () => boolean): Promise<void> {
    if (!(await eventually(holds))) throw new Error(this.complaints().join("\n"));
  }

  /** What the hub has said that is no plain information. */
  complaints(): readonly string[] {
    return (this.program?.log ?? "").split("\n").filter((line) => /^\[[WEC] |Error:|Traceback/.test(line));
  }

  async stop(): Promise<void> {
    await this.program?.stop(15_000);
    this.cluster.close();
    fs.rmSync(this.folder, { recursive: true });
  }
}
