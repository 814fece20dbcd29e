import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../stacks/site/project";
import type { AgentInput } from "../agent/host";
import { readPrograms } from "../agent/programs";
import { stagesWithout } from "../agent/stages";
import type { CellKind } from "../cell/cell";
import type { ClusterNetwork } from "../cell/network";
import { reasonOf } from "../../terminal/failure";
import type { HelmOptions } from "../charts/helm";
import { REPOSITORY_PATH } from "../charts/serve";
import { nodeScript, SiteFolder, writeWhole } from "../folders";
import { recordOf } from "../processes";
import type { Toolbox } from "../tools/toolbox";
import { AUDIT_POLICY } from "./audit-policy";
import { credentials, API_USERS, type ApiUser, writeKubeconfig } from "./credentials";
import { Daemon, type DaemonDefinition } from "./daemon";
import { apiServerFlags, controllerManagerFlags, etcdFlags, kwokFlags, type Ports, schedulerFlags } from "./flags";
import { isOrphan } from "./owner";
import { freePorts, takePort } from "./ports";
import { REAL_VARIABLE, type RealChoices, type RealName } from "./real-controllers";
import type { LaunchInput } from "./real-launcher";
import { type ControlPlaneState, writeState } from "./state";

/** What the supervisor gets, as JSON in its only argument. */
export interface SupervisorInput {
  readonly site: string;
  /** The folder above `<site>/`. */
  readonly base: string;
  readonly cell: CellKind;
  readonly network: ClusterNetwork;
  readonly tools: Toolbox;
  readonly real: RealChoices;
  /** The map of programs of the pods that run as processes; none unless given. */
  readonly live?: string;
}

/** How often the supervisor looks whether its owner still lives, in milliseconds. */
const WATCH = 500;

/**
 * Runs the control plane of one site: starts the daemons in order, writes their state to `control-plane.json`, and ends all of them on a
 * signal, when one of them dies, or when the process is killed for whose sake it runs. It is the process that holds the cell.
 */
class Supervisor {
  private readonly folder: SiteFolder;
  private readonly daemons: Daemon[] = [];
  private state: ControlPlaneState;
  private ending: Promise<void> | undefined;

  constructor(private readonly input: SupervisorInput) {
    this.folder = new SiteFolder(input.site, input.base).create();
    this.state = {
      phase: "starting",
      supervisor: { name: "supervisor", ...recordOf(process.pid) },
      cell: input.cell,
      daemons: [],
      versions: { ...Object.fromEntries(Object.entries(input.tools).map(([name, tool]) => [name, tool.version])), ...input.real },
      real: { ...input.real },
      ...(input.live !== undefined && { live: input.live }),
    };
  }

  async run(): Promise<void> {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void this.end("stopped"));
    this.tell({});
    setInterval(() => {
      if (isOrphan(this.folder)) void this.end("stopped", "the process that had started it was killed");
    }, WATCH).unref();
    try {
      await this.start();
      if (this.ending === undefined) this.tell({ phase: "ready" });
    } catch (error) {
      await this.end("failed", reasonOf(error));
    }
  }

  private async start(): Promise<void> {
    const { folder, input } = this;
    const keys = credentials(folder);
    const ports = await this.choosePorts();
    const auditFile = folder.file("audit-policy.yaml");
    writeWhole(auditFile, AUDIT_POLICY);

    await this.launch("etcd", etcdFlags(folder, ports), `http://127.0.0.1:${ports.etcd}/health`).ready();
    const server = `https://127.0.0.1:${ports.apiServer}`;
    await this.launch(
      "kube-apiserver",
      apiServerFlags(folder, ports, keys, input.cell, input.network, auditFile),
      `${server}/readyz`,
    ).ready();

    const kubeconfigs = Object.fromEntries(
      (Object.keys(API_USERS) as ApiUser[]).map((who) => [who, writeKubeconfig(folder, who, server, keys.tokens[who])]),
    ) as Record<ApiUser, string>;
    const charts = `https://127.0.0.1:${ports.charts}`;
    this.tell({ server, charts: `${charts}${REPOSITORY_PATH}` });

    const stages = this.stages();
    const rest = [
      this.launch(
        "kube-controller-manager",
        controllerManagerFlags(folder, ports, keys, kubeconfigs["kube-controller-manager"]),
        `https://127.0.0.1:${ports.controllerManager}/healthz`,
      ),
      this.launch(
        "kube-scheduler",
        schedulerFlags(folder, ports, kubeconfigs["kube-scheduler"]),
        `https://127.0.0.1:${ports.scheduler}/healthz`,
      ),
      this.launch("kwok", kwokFlags(ports, kubeconfigs.kwok, stages, input.network), `http://127.0.0.1:${ports.kwok}/healthz`),
      this.spawn({
        name: "chart-repository",
        command: [
          ...nodeScript(path.join(__dirname, "..", "charts", "main")),
          folder.charts,
          String(ports.charts),
          // The API server has made itself a certificate for this address.
          folder.authority,
          path.join(folder.keys, "apiserver.key"),
        ],
        health: `${charts}/v2/`,
      }),
      this.spawn({
        name: "controller",
        command: [
          ...nodeScript(path.join(__dirname, "..", "controller", "main")),
          JSON.stringify({
            program: input.tools.helm.path,
            kubeconfig: kubeconfigs.controller,
            authority: folder.authority,
            home: folder.helmHome,
          } satisfies HelmOptions),
        ],
        // The controller reads the index of the chart repository, which shows the certificate of the API server.
        env: { [REAL_VARIABLE]: Object.keys(input.real).join(","), NODE_EXTRA_CA_CERTS: folder.authority },
      }),
      ...(Object.entries(input.real) as [RealName, string][]).map(([name, file]) =>
        this.spawn({
          name,
          command: [
            ...nodeScript(path.join(__dirname, "real-launcher")),
            JSON.stringify({ name, path: file, folder: folder.file(`real/${name}`) } satisfies LaunchInput),
          ],
          env: { KUBECONFIG: kubeconfigs.controller },
          restarts: true,
        }),
      ),
    ];
    await Promise.all(rest.map((daemon) => daemon.ready()));
    if (input.live !== undefined) await this.spawn(this.agent(input.live, kubeconfigs.agent)).ready();
  }

  /** The stages by which KWOK plays nodes and pods; pods that the agent runs are not among them. */
  private stages(): string {
    const stages = path.join(projectFolder(), "sandbox", "nodes", "stages.yaml");
    if (this.input.live === undefined) return stages;
    const own = this.folder.file("stages.yaml");
    writeWhole(own, stagesWithout(fs.readFileSync(stages, "utf8"), readPrograms(this.input.live)));
    return own;
  }

  private agent(map: string, kubeconfig: string): DaemonDefinition {
    const { folder } = this;
    const input: AgentInput = { ...{ kubeconfig, map, network: this.input.network }, folder: folder.file("live"), logs: folder.podLogs };
    return { name: "agent", command: [...nodeScript(path.join(__dirname, "..", "agent", "main")), JSON.stringify(input)] };
  }

  private launch(
    name: Exclude<keyof Toolbox, "helm" | "pulumi" | "pulumi-resource-kubernetes">,
    flags: readonly string[],
    health: string,
  ): Daemon {
    return this.spawn({ name, command: [this.input.tools[name].path, ...flags], health });
  }

  private spawn(definition: DaemonDefinition): Daemon {
    const recorded = (): void => this.tell({ daemons: this.daemons.map((each) => each.record) });
    const daemon = new Daemon(definition, this.folder, (failure) => void this.end("failed", failure.message), recorded);
    this.daemons.push(daemon);
    recorded();
    return daemon;
  }

  /**
   * Chooses free ports. The API server and the chart repository get their last ports again if these are free, so that a kubeconfig in an
   * open shell still works, and so that the address of the charts is no change of the facility.
   */
  private async choosePorts(): Promise<Ports> {
    const [etcd, etcdPeer, apiServer, controllerManager, scheduler, kwok, charts] = (await freePorts(7)) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const again = async (name: string, fresh: number): Promise<number> => {
      const remembered = this.folder.file(name);
      const before = fs.existsSync(remembered) ? Number(fs.readFileSync(remembered, "utf8")) : 0;
      const port = before > 0 && (await takePort(before)) ? before : fresh;
      writeWhole(remembered, `${port}\n`);
      return port;
    };
    return {
      ...{ etcd, etcdPeer, controllerManager, scheduler, kwok },
      apiServer: await again("api-port", apiServer),
      charts: await again("charts-port", charts),
    };
  }

  /** Ends the daemons, the clients first and etcd last; a second call waits for the first. */
  private end(phase: "stopped" | "failed", reason?: string): Promise<void> {
    this.ending ??= (async () => {
      this.tellIfPossible(reason === undefined ? {} : { reason });
      const [etcd, apiServer, ...clients] = this.daemons;
      await Promise.all(clients.map((daemon) => daemon.stop()));
      await apiServer?.stop();
      await etcd?.stop();
      this.tellIfPossible({ phase, daemons: [] });
      process.exit(phase === "stopped" ? 0 : 1);
    })();
    return this.ending;
  }

  /** Writes the state unless the disk is full: the daemons are to be ended in order all the same. */
  private tellIfPossible(change: Partial<ControlPlaneState>): void {
    try {
      this.tell(change);
    } catch (error) {
      console.error(reasonOf(error));
    }
  }

  private tell(change: Partial<ControlPlaneState>): void {
    this.state = { ...this.state, ...change };
    writeState(this.folder, this.state);
  }
}

void new Supervisor(JSON.parse(process.argv[2] ?? "{}") as SupervisorInput).run();
