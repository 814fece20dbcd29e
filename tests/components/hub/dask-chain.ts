import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import type { TraefikValues } from "#af/components/charts/traefik";
import { ROLE_FACTS } from "#af/components/tenancy/roles";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { partsOf } from "#af/stacks/site/parts";
import type { NetworkCell } from "../../support/network-cell";
import type { PythonEnvironment } from "../../support/python";
import { SecretVolume } from "../../support/secret-volume";
import type { StartedProgram } from "../../support/started-program";
import { traefikArguments } from "../../support/traefik-arguments";
import { traefikRights } from "../../support/traefik-rights";
import type { PodSpec } from "./awkward-users";
import type { HookedCluster } from "./hooked-cluster";
import { PYTHON, type Subject } from "./subjects";

const run = promisify(execFile);

/** Where the account of Traefik is. */
const TRAEFIK = { release: "traefik", namespace: "traefik" };

/** A node that takes pods and runs none of them. */
const NODE = "a-host";

/** A user's pod whose programs run in the cell. */
export interface RunningPod {
  readonly name: string;
  readonly address: string;
  /** The folder of its Secret, as the kubelet keeps it. */
  readonly secret: SecretVolume;
  /** The environment of its notebook, with the folder of the Secret for the path in the pod. */
  readonly env: Readonly<Record<string, string>>;
  /** Command and environment of the worker beside the notebook. */
  readonly worker: { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> };
}

/** A call to a scheduler: with whose certificate, trusting whose root, to which address. */
export interface Call {
  readonly certificate: string;
  readonly ca: string;
  readonly address: string;
}

/** Everything between a user's client and the scheduler in the user's pod, with the real programs. */
export class DaskChain {
  private readonly folder: string;

  constructor(
    private readonly cluster: HookedCluster,
    private readonly cell: NetworkCell,
    private readonly dask: PythonEnvironment,
    private readonly subject: Subject,
  ) {
    this.folder = cluster.controlPlane.folder;
  }

  /** Starts Traefik with the site's own arguments and the rights that its chart gives it; its entry points listen on loopback. */
  async startTraefik(program: string): Promise<StartedProgram> {
    const { admin } = this.cluster;
    const values = partsOf(this.subject.site).platform.traefik?.releases["chart"]?.values as TraefikValues;
    // The facility's own admission asks for the label.
    const labels = { "pod-security.kubernetes.io/enforce": ROLE_FACTS.traefik.podSecurity };
    for (const name of values.providers.kubernetesCRD.namespaces)
      if (name !== this.cluster.namespace) await admin.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }, "test");
    for (const object of traefikRights(values, TRAEFIK)) await admin.apply(object, "test");
    const kubeconfig = await this.cluster.kubeconfigOf(TRAEFIK.release, TRAEFIK.namespace);
    const args = traefikArguments(values, TRAEFIK).map((argument) => argument.replace(/^(--entryPoints\.\w+\.address=):/, "$1127.0.0.1:"));
    const traefik = this.cell.run([program, ...args], { KUBECONFIG: kubeconfig });
    await traefik.until("Traefik's routes", () => Promise.resolve(/Starting provider \*crd\.Provider/.test(traefik.log)));
    return traefik;
  }

  /** Gives a user's pod, which the hook has started, a host and an address, and lays its Secret as the kubelet does. */
  async runPod(pod: ClusterObject, address: string): Promise<RunningPod> {
    const { admin, namespace } = this.cluster;
    const { name } = pod.metadata;
    await admin.apply({ apiVersion: "v1", kind: "Node", metadata: { name: NODE } }, "test");
    const target = { apiVersion: "v1", kind: "Node", name: NODE };
    await admin.request("POST", `/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
      ...{ apiVersion: "v1", kind: "Binding", metadata: { name, namespace } },
      target,
    });
    const status = { name: "notebook", ready: true, restartCount: 0, image: "", imageID: "", state: { running: {} } };
    await admin.patchStatus(pod, {
      ...{ phase: "Running", podIP: address, podIPs: [{ ip: address }] },
      ...{ conditions: [{ type: "Ready", status: "True" }], containerStatuses: [status] },
    });
    const spec = pod["spec"] as PodSpec;
    const secretName = spec.volumes.flatMap(({ secret }) => secret?.secretName ?? [])[0] ?? assert.fail("no Secret");
    const mount = (spec.containers[0]?.volumeMounts as readonly { readonly name: string; readonly mountPath: string }[]).find(
      (each) => spec.volumes.find((volume) => volume.name === each.name)?.secret?.secretName === secretName,
    );
    const secret = new SecretVolume(path.join(this.folder, secretName));
    const envOf = (container: PodSpec["containers"][number] | undefined): Readonly<Record<string, string>> =>
      Object.fromEntries(
        (container?.env ?? []).flatMap(({ name, value }) =>
          value === undefined ? [] : [[name, value.replaceAll(mount?.mountPath ?? "", secret.folder)]],
        ),
      );
    const [notebook, worker] = spec.containers;
    const command = (worker as { readonly command?: readonly string[] } | undefined)?.command ?? assert.fail("no worker");
    const running = { name: secretName, address, secret, env: envOf(notebook), worker: { command, env: envOf(worker) } };
    await this.refresh(running);
    return running;
  }

  /** Lays the Secret of a pod anew, as the kubelet does about a minute after a change. */
  async refresh({ name, secret }: Pick<RunningPod, "name" | "secret">): Promise<void> {
    const read = await this.cluster.admin.read({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: this.cluster.namespace } });
    secret.write((read?.["data"] ?? {}) as Record<string, string>);
  }

  /** Starts the scheduler of a pod with nothing but the pod's environment, and waits until it listens. */
  async startScheduler({ address, env }: RunningPod): Promise<StartedProgram> {
    const scheduler = this.runDask(["dask", "scheduler", "--host", `tls://${address}:8786`, "--no-dashboard"], env);
    await scheduler.until("a scheduler", () => Promise.resolve(scheduler.log.includes(`tls://${address}:8786`)));
    return scheduler;
  }

  /** Starts the worker beside a pod's notebook with its container's own command and environment; all pods of the cell share one loopback. */
  startWorker({ address, worker: { command, env } }: RunningPod): StartedProgram {
    const own = (argument: string): string =>
      argument.replaceAll("0.0.0.0", address).replaceAll("localhost", address).replaceAll("python3", this.dask.python);
    return this.cell.run(command.map(own), this.strict({ HOME: this.folder, ...env }));
  }

  /** Starts a user's session in the pod, which computes whenever the file appears. */
  startSession({ env }: RunningPod, file: string): StartedProgram {
    const given = JSON.stringify({ address: `tls://${env["HOST_IP"]}:8786`, file });
    return this.runDask(["python", path.join(PYTHON, "dask_session.py"), given], env);
  }

  /** How calls to schedulers end. */
  async calls(calls: readonly Call[]): Promise<readonly string[]> {
    const [command = "", ...args] = this.cell.inside([this.dask.python, path.join(PYTHON, "dask_calls.py")]);
    const asked = run(command, args, { timeout: 60_000, env: this.strict({}) });
    asked.child.stdin?.end(JSON.stringify(calls));
    return JSON.parse((await asked).stdout) as readonly string[];
  }

  private runDask([program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): StartedProgram {
    return this.cell.run([path.join(path.dirname(this.dask.python), program), ...args], this.strict({ HOME: this.folder, ...env }));
  }

  private strict(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return { PATH: process.env["PATH"], PYTHONPATH: path.join(PYTHON, "strict_x509"), PYTHONUNBUFFERED: "1", ...env };
  }
}
