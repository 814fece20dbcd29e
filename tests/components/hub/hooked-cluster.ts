import * as fs from "node:fs";
import { once } from "node:events";
import * as net from "node:net";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { partsOf } from "#af/stacks/site/parts";
import type { Toolbox } from "#af/sandbox/tools/toolbox";
import { accountWithToken } from "../../support/account";
import type { PythonEnvironment } from "../../support/python";
import { traefikDefinitions } from "../../support/traefik-definitions";
import { ControlPlane } from "../../sandbox/plugins/control-plane";
import { PYTHON, type Subject } from "./subjects";

/** A user's name and the name of one of the user's servers, empty for the first. */
export type Server = readonly [user: string, server: string];

/** What a scenario tells. */
export interface Told {
  readonly failed?: string;
  readonly log: readonly string[];
  readonly seconds?: number;
  readonly claims?: readonly string[];
  readonly pods?: readonly ClusterObject[];
}

/** What belongs to users' Dask, and what a test looks for that stays. */
export const KINDS_OF_USERS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["v1", "Secret"],
  ["v1", "Service"],
  ["traefik.io/v1alpha1", "IngressRouteTCP"],
];

/** A port before the API server that can be closed for a while. */
class Door {
  private server: net.Server;
  private readonly open = new Set<net.Socket>();
  port = 0;

  constructor(private readonly behind: number) {
    this.server = this.serve();
  }

  async listen(): Promise<void> {
    this.server.listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
    this.port = (this.server.address() as net.AddressInfo).port;
  }

  close(): void {
    this.server.close();
    for (const socket of this.open) socket.destroy();
  }

  /** Refuses and cuts all connections for some milliseconds. */
  async shut(during: number): Promise<void> {
    this.close();
    await sleep(during);
    this.server = this.serve();
    await this.listen();
  }

  private serve(): net.Server {
    return net.createServer((client) => {
      const server = net.connect(this.behind, "127.0.0.1");
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.open.add(from);
        from.on("error", () => to.destroy());
        from.on("close", () => {
          this.open.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
  }
}

/** A real API server with Traefik's kinds, and the account of a site's hub with the rights that the site gives it. */
export class HookedCluster {
  readonly controlPlane = new ControlPlane();
  readonly namespace: string;
  readonly rights: Readonly<Record<string, ClusterObject>>;
  /** The site's admission policies, under which the hook works as in the facility. */
  private readonly policies: readonly ClusterObject[];
  admin!: Cluster;
  door!: Door;
  kubeconfig = "";

  constructor(
    private readonly environment: PythonEnvironment,
    private readonly subject: Subject,
  ) {
    const parts = partsOf(subject.site);
    const objects = Object.entries(parts.hub.hub.objects).filter(([name]) => name.startsWith("hub-rights"));
    this.policies = Object.values(parts.admission.admission.objects) as unknown as readonly ClusterObject[];
    this.rights = Object.fromEntries(objects) as unknown as Readonly<Record<string, ClusterObject>>;
    this.namespace = this.rights["hub-rights-role"]?.metadata.namespace ?? "";
  }

  async start(tools: Partial<Toolbox>, traefik: string): Promise<void> {
    await this.controlPlane.start(tools);
    this.admin = Cluster.load(this.controlPlane.kubeconfig);
    for (const definition of traefikDefinitions(traefik)) await this.admin.apply(definition, "test");
    const { namespace } = this;
    const priority = this.subject.hub.singleuser.extraPodConfig.priorityClassName;
    const objects: readonly ClusterObject[] = [
      // The strictest level of Pod Security, which the API server itself enforces.
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
      },
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "hub", namespace } },
      { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: priority }, value: 1 },
      ...Object.values(this.rights),
      ...this.policies,
    ];
    for (const object of objects) await this.admin.apply(object, "test");
    const wanted = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } };
    await this.until("the account of pods", async () => (await this.admin.read(wanted)) !== undefined);
    await this.until("Traefik's kinds", () => this.admin.knows("traefik.io/v1alpha1", "IngressRouteTCP"));
    const foreign = { apiVersion: "traefik.io/v1alpha1", kind: "IngressRouteTCP", metadata: { name: "foreign", namespace } };
    const routes = `${await this.admin.collection(foreign.apiVersion, foreign.kind, namespace)}?dryRun=All`;
    const refused = this.admin.request.bind(this.admin, "POST", routes, { ...foreign, spec: { routes: [{ match: "HostSNI(`*`)" }] } });
    await this.until("the admission of routes", () =>
      refused().then(
        () => false,
        (error: unknown) => (error as Error).message.includes("(rule routes-name-their-own-hosts)"),
      ),
    );
    this.door = new Door(this.port());
    await this.door.listen();
    this.kubeconfig = await this.kubeconfigOf("hub", namespace, this.door.port);
  }

  /** Port of the API server. */
  port(): number {
    const config = JSON.parse(fs.readFileSync(this.controlPlane.kubeconfig, "utf8")) as Kubeconfig;
    return Number(new URL(config.clusters[0].cluster.server).port);
  }

  /** Writes a kubeconfig for an account; the file. */
  async kubeconfigOf(account: string, namespace: string, port = this.port()): Promise<string> {
    const { kubeconfig, folder } = this.controlPlane;
    return (await accountWithToken(kubeconfig, namespace, account, folder, `https://127.0.0.1:${port}`)).kubeconfig;
  }

  async stop(): Promise<void> {
    this.door?.close();
    await this.controlPlane.stop();
  }

  /** Runs a scenario of `hook_scenarios.py` in a process of its own, which knows nothing of those before, with the hub's account. */
  async run(scenario: string, users: readonly (Server | string)[], more: object = {}): Promise<Told> {
    const given = { scenario, users, values: this.subject.hub, namespace: this.namespace, ...more };
    return (await this.environment.ask(path.join(PYTHON, "hook_scenarios.py"), given, { KUBECONFIG: this.kubeconfig })) as Told;
  }

  /** Objects of users: those with the label of a user. */
  async objects(): Promise<readonly ClusterObject[]> {
    const where = { namespace: this.namespace, labels: "hub.jupyter.org/username" };
    const lists = await Promise.all(KINDS_OF_USERS.map(([apiVersion, kind]) => this.admin.list(apiVersion, kind, where)));
    return lists.flat();
  }

  /** The same as `Kind name`, sorted. */
  async titles(): Promise<readonly string[]> {
    return (await this.objects()).map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
  }

  /** Takes away every object of users, and all pods and claims. */
  async clear(): Promise<void> {
    const { namespace } = this;
    const more = await Promise.all(["Pod", "PersistentVolumeClaim"].map((kind) => this.admin.list("v1", kind, { namespace })));
    for (const object of [...more.flat(), ...(await this.objects())]) {
      if (object.metadata.finalizers?.length) await this.admin.merge(object, { metadata: { finalizers: null } });
      await this.admin.delete(object);
    }
  }

  /** Waits until something holds. @throws {Error} after a minute. */
  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 60_000; !(await holds()); await sleep(100))
      if (Date.now() > end) throw new Error(`not after a minute: ${what}`);
  }

  /** Every `resource verb` that the hub's account has asked for, as the API server has written down, sorted. */
  asked(): readonly string[] {
    const lines = fs.readFileSync(this.controlPlane.auditLog, "utf8").trim().split("\n");
    const asked = lines.flatMap((line) => {
      const { user, verb, objectRef } = JSON.parse(line) as AuditLine;
      return user.username === `system:serviceaccount:${this.namespace}:hub` && objectRef?.namespace === this.namespace
        ? [`${objectRef.resource} ${verb}`]
        : [];
    });
    return [...new Set(asked)].sort();
  }
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { server: string } }];
}

interface AuditLine {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly objectRef?: { readonly resource: string; readonly namespace?: string };
}
