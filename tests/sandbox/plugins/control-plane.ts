import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { tied } from "#af/sandbox/processes";
import type { ToolName } from "#af/sandbox/tools/tool";
import { skipped } from "../../support/skipped";
import { toolsAtHand, type Toolbox } from "#af/sandbox/tools/toolbox";

/**
 * Programs that a suite needs, from KUBEBUILDER_ASSETS, AF_TOOLS, PATH or the cache of built tools; else it is skipped with the reason, and
 * fails in CI.
 */
export async function requireTools(suite: Mocha.Context, ...names: readonly ToolName[]): Promise<Partial<Toolbox>> {
  const environment = { ...process.env, PATH: [process.env["AF_TOOLS"], process.env["PATH"]].filter(Boolean).join(path.delimiter) };
  const { found, missing } = await toolsAtHand(environment);
  const lacking = names.filter((name) => missing.includes(name));
  if (lacking.length === 0) return found;
  const reason = `no ${lacking.join(", ")} in KUBEBUILDER_ASSETS, AF_TOOLS, PATH or the cache of built tools`;
  return skipped(suite, reason);
}

export const controlPlaneTools = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
] as const satisfies readonly ToolName[];

/** Nodes get no pod ranges here, and nothing attaches volumes to them. */
const ALL_CONTROLLERS = "*,-node-ipam-controller,-persistentvolume-attach-detach-controller";

/** A real control plane on loopback: etcd, API server, controllers and scheduler; no nodes. */
export class ControlPlane {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "plugins-"));
  readonly kubeconfig = path.join(this.folder, "kubeconfig");
  readonly auditLog = path.join(this.folder, "audit.log");
  private readonly processes: ChildProcess[] = [];

  /** @param controllers those of the controller manager that run; nodes that have to live without a kubelet do so without most of them. */
  async start(tools: Partial<Toolbox>, controllers = ALL_CONTROLLERS): Promise<void> {
    const [client = 0, peer = 0, secure = 0] = await freePorts(3);
    // Also when the runner ends without its hooks.
    process.once("exit", () => this.processes.forEach((child) => child.kill("SIGKILL")));
    const program = (tool: ToolName): string => tools[tool]?.path ?? tool;
    const file = (name: string): string => path.join(this.folder, name);
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    fs.writeFileSync(file("service-account.key"), privateKey);
    fs.writeFileSync(file("tokens.csv"), "test-token,test,test,system:masters\n");
    fs.writeFileSync(
      file("audit.yaml"),
      "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- level: Metadata\n",
    );
    this.run(program("etcd"), "etcd", [
      `--data-dir=${file("etcd")}`,
      `--listen-client-urls=http://127.0.0.1:${client}`,
      `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      "--unsafe-no-fsync",
    ]);
    this.run(program("kube-apiserver"), "apiserver", [
      `--etcd-servers=http://127.0.0.1:${client}`,
      `--secure-port=${secure}`,
      "--bind-address=127.0.0.1",
      // As kubeadm and OKD set it: Ceph and the drivers of volumes need it.
      "--allow-privileged=true",
      "--advertise-address=10.244.255.1",
      `--cert-dir=${file("certs")}`,
      `--token-auth-file=${file("tokens.csv")}`,
      "--authorization-mode=RBAC",
      "--service-cluster-ip-range=10.96.0.0/16",
      "--service-account-issuer=https://plugins.test",
      `--service-account-key-file=${file("service-account.key")}`,
      `--service-account-signing-key-file=${file("service-account.key")}`,
      `--audit-log-path=${this.auditLog}`,
      `--audit-policy-file=${file("audit.yaml")}`,
    ]);
    await until(() => fs.existsSync(file("certs/apiserver.crt")), "the API server's certificate");
    this.writeKubeconfig(secure, fs.readFileSync(file("certs/apiserver.crt")));
    await until(() => accepts(secure, file("certs/apiserver.crt")), "the API server");
    const common = [
      `--kubeconfig=${this.kubeconfig}`,
      "--leader-elect=false",
      "--secure-port=0",
      "--kube-api-qps=1000",
      "--kube-api-burst=2000",
    ];
    this.run(program("kube-controller-manager"), "controllers", [
      ...common,
      `--service-account-private-key-file=${file("service-account.key")}`,
      `--controllers=${controllers}`,
    ]);
    this.run(program("kube-scheduler"), "scheduler", common);
  }

  /** Ends everything and takes its files away. */
  async stop(): Promise<void> {
    for (const child of this.processes.reverse()) {
      child.kill("SIGTERM");
      await Promise.race([new Promise((resolve) => child.once("exit", resolve)), sleep(5000)]);
      child.kill("SIGKILL");
    }
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Requests of a program that the API server has audited, those without effect left out. */
  writes(userAgent: (agent: string) => boolean): readonly string[] {
    const lines = fs.readFileSync(this.auditLog, "utf8").trim().split("\n");
    return lines.flatMap((line) => {
      const { verb, requestURI, userAgent: agent = "" } = JSON.parse(line) as { verb: string; requestURI: string; userAgent?: string };
      const reads = ["get", "list", "watch"].includes(verb) || requestURI.includes("dryRun=All");
      return reads || !userAgent(agent) ? [] : [`${verb} ${requestURI}`];
    });
  }

  private run(program: string, name: string, args: readonly string[]): void {
    const log = fs.openSync(path.join(this.folder, `${name}.log`), "a");
    // Tied, because a runner that is killed runs no hooks.
    const [command, ...rest] = tied([program, ...args], "KILL");
    this.processes.push(spawn(command as string, rest, { stdio: ["ignore", log, log], cwd: this.folder }));
    fs.closeSync(log);
  }

  private writeKubeconfig(port: number, certificate: Buffer): void {
    const cluster = { server: `https://127.0.0.1:${port}`, "certificate-authority-data": certificate.toString("base64") };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster }],
      users: [{ name: "test", user: { token: "test-token" } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      "current-context": "test",
    };
    fs.writeFileSync(this.kubeconfig, JSON.stringify(config), { mode: 0o600 });
  }
}

async function accepts(port: number, certificate: string): Promise<boolean> {
  const { request } = await import("node:https");
  return new Promise((resolve) => {
    const options = {
      host: "127.0.0.1",
      port,
      path: "/readyz",
      ca: fs.readFileSync(certificate),
      headers: { authorization: "Bearer test-token" },
    };
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on("error", () => resolve(false))
      .end();
  });
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await condition()) return;
    await sleep(200);
  }
  throw new Error(`${what} was not there after 60 s`);
}
