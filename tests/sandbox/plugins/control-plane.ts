import * as fs from "node:fs";
import * as path from "node:path";
import { API_SERVER_TOOLS, ApiServer } from "#af/sandbox/tools/api-server";
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

export const controlPlaneTools = [...API_SERVER_TOOLS, "kube-scheduler"] as const satisfies readonly ToolName[];

/** Nodes get no pod ranges here, and nothing attaches volumes to them. */
const ALL_CONTROLLERS = "*,-node-ipam-controller,-persistentvolume-attach-detach-controller";

/** An API server with all controllers and a scheduler, which writes down what is asked of it; no nodes. */
export class ControlPlane {
  private readonly server = new AuditedServer();
  readonly folder = this.server.folder;
  readonly kubeconfig = this.server.kubeconfig;
  readonly auditLog = this.server.auditLog;

  /** @param controllers those of the controller manager that run; nodes that have to live without a kubelet do so without most of them. */
  async start(tools: Partial<Toolbox>, controllers = ALL_CONTROLLERS): Promise<void> {
    const program = (tool: ToolName): string => tools[tool]?.path ?? tool;
    await this.server.startAudited(program, controllers);
  }

  /** Ends everything and takes its files away. */
  stop(): Promise<void> {
    return this.server.stop();
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
}

class AuditedServer extends ApiServer {
  readonly auditLog = this.file("audit.log");

  async startAudited(program: (tool: ToolName) => string, controllers: string): Promise<void> {
    const policy = this.file("audit.yaml");
    fs.writeFileSync(policy, "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- level: Metadata\n");
    const programs = {
      etcd: program("etcd"),
      "kube-apiserver": program("kube-apiserver"),
      "kube-controller-manager": program("kube-controller-manager"),
    };
    await this.start(programs, controllers, [`--audit-log-path=${this.auditLog}`, `--audit-policy-file=${policy}`]);
    this.run(program("kube-scheduler"), "scheduler", this.clientFlags());
  }
}
