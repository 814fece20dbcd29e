import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { KUBECTL } from "#af/sandbox/tools/tool";
import { projectFolder } from "#af/stacks/site/project";
import type { TestSandbox } from "../sandbox/e2e/harness";
import { READS_ALL, writeAccount } from "./account";
import { requireBuilt } from "../support/built-program";
import { runTool } from "../tools/run-tool";

/** Pulumi's own CLI on the site, as the last command of the sandbox has left it. */
export type RunPulumi = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<{ readonly code: number; readonly output: string }>;

const OF_HUB = "/api/v1/namespaces/jupyterhub";
const ADMISSION = "/apis/admissionregistration.k8s.io/v1";
const RBAC = "rbac.authorization.k8s.io";
const ALL = ["*"];

/**
 * What hands can do that no `up` gets past: each is provoked, told with its way out, and gone once that was followed to the letter.
 * @param changed writes another site file: the door of the store has another port, and if `more` is true, a second store has doors, and the schedd another limit.
 */
export function tellsRefusals(sandbox: TestSandbox, changed: (port: number, more?: boolean) => string, run: RunPulumi): void {
  const { site } = sandbox;
  let kubectl = "";
  const request = <T = unknown>(method: string, at: string, body?: unknown, type?: string): Promise<T> =>
    sandbox.ask<T>({ ask: "request", method, path: at, ...(body !== undefined && { body }), ...(type !== undefined && { type }) });
  const edit = (at: string, body: unknown, type = "application/merge-patch+json") =>
    request("PATCH", `${at}?fieldManager=kubectl-edit`, body, type);
  const make = (at: string, name: string, more: object, metadata = {}) => request("POST", at, { metadata: { name, ...metadata }, ...more });

  /** Gives a command that was told to a person to their shell; an editor makes of each text what `sed` does. */
  const follow = (told: string, sed = "") =>
    new Promise<string>((resolve, reject) => {
      const sandboxed = told.startsWith("npm run sandbox -- ") ? told : `npm run sandbox -- exec ${site} -- ${told}`;
      const command = sandboxed.replace(/^npm run sandbox --/, `'${process.execPath}' bin/sandbox/main.js`);
      const owner = { AF_SANDBOX: sandbox.base, AF_SANDBOX_OWNER: String(process.pid) };
      const PATH = `${path.dirname(kubectl)}${path.delimiter}${process.env["PATH"] ?? ""}`;
      const env = { ...process.env, ...owner, PATH, KUBE_EDITOR: `sed -i ${sed}` };
      execFile("bash", ["-c", command], { cwd: projectFolder(), env }, (error, stdout, stderr) =>
        error ? reject(new Error(`${told}: ${stdout}${stderr}`)) : resolve(stdout),
      );
    });

  it("tells the way out of what hands have done, by the sandbox and without it, until an up passes", async function () {
    kubectl = await requireBuilt(this, KUBECTL);
    const kubeconfig = await operator();
    const met = new Set<string>();
    let asks = false;
    /** Follows each way out that is told, to the letter. */
    const followed = async (told: readonly Told[]): Promise<void> => {
      assert.ok(told.length > 0, "nothing is told");
      for (const { object, because, commands, up } of told) {
        // A run that asks the cluster first would take the mark off, and is refused for that.
        const reason = because.replace(/used: services=\d+/, "used: services=SOME").replace(/^(data|immutable) cannot/, "data cannot");
        const expected = EXPECTED.find((each) => each.objects.test(object) && each.because === reason);
        assert.ok(expected, `${object}: ${because}`);
        assert.deepEqual(commands, expected.commands, because);
        assert.equal(up, expected.asks, because);
        met.add(reason);
        asks ||= up;
        if (expected.done) continue;
        let found = "";
        for (const command of commands) {
          if (command.includes(" auth can-i ")) {
            const asked = command.replace("kubectl", `kubectl --kubeconfig '${kubeconfig}'`);
            if (!EXPECTED.some((each) => each.because === NO_RIGHT && each.done)) {
              await assert.rejects(follow(asked), /no\n/);
              await makeAdministrator();
            }
            assert.match(await follow(asked), /^yes\n/);
            continue;
          }
          if (command.includes(" wait ")) await edit(`${held}/held`, { metadata: { finalizers: null } });
          const [, kind = "", name = ""] = /^(\w+) +(\S+) +.*gone\.example\.edu/m.exec(found) ?? [];
          found = await follow(command.replace("KIND", kind).replace("NAME", name), "s/1096/1095/");
        }
        expected.done = true;
      }
    };

    const port = [{ op: "replace", path: "/spec/ports/0/port", value: 1096 }];
    await edit(`${OF_HUB}/services/doors-tier2`, port, "application/json-patch+json");
    const first = await sandbox.command("up", site, "--config-file", changed(1095)).finished;
    assert.notEqual(first.code, 0);
    await followed(toldBy(first.stderr));

    await edit(`${OF_HUB}/configmaps/doors-tier2`, { immutable: true });
    await request("DELETE", `${OF_HUB}/configmaps/data-clients`);
    await refusePolicies();
    await leaveWebhook();
    await make(`${OF_HUB}/resourcequotas`, "of-a-hand", { spec: { hard: { services: "0" } } });
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "of-a-hand", namespace: "jupyterhub" } };
    await sandbox.until<{ readonly status?: object } | null>({ ask: "read", key: quota }, (each) => each?.status !== undefined);
    const held = "/api/v1/namespaces/htcondor/configmaps";
    await make(held, "held", {}, { finalizers: ["example.edu/held"] });
    await request("DELETE", "/api/v1/namespaces/htcondor");

    const second = await sandbox.command("up", site, "--config-file", changed(1097, true)).finished;
    assert.notEqual(second.code, 0);
    await followed(toldBy(second.stderr));
    const log = path.join(sandbox.base, "events");
    const env = { KUBECONFIG: kubeconfig, PULUMI_DEBUG_COMMANDS: "true" };
    const clients = sandbox.state().urns.find((urn) => urn.endsWith("::hub-clients")) ?? assert.fail();
    const runs = [["--target", clients], ...EXPECTED.map(() => [])];
    for (const more of runs) {
      const asking = asks && more.length === 0 ? ["--refresh", "--run-program"] : [];
      const { code } = await run(["up", "--yes", "--skip-preview", "--continue-on-error", ...asking, ...more, "--event-log", log], env);
      const { stdout } = runTool("site", ["refused", site, "--events", log]);
      if (code === 0) {
        assert.equal(stdout, "");
        break;
      }
      await followed(toldBy(stdout));
    }
    assert.deepEqual([...met].sort(), [...new Set(EXPECTED.map(({ because }) => because))].sort());
    const { code, stdout, stderr } = await sandbox.command("up", site, "--config-file", changed(1097, true)).finished;
    assert.equal(code, 0, stdout + stderr);
    assert.doesNotMatch(stderr, /IN THE WAY/);
  });

  const inside = (namespace: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } });
  const writes = (group: string, resource: string) => [
    { apiGroups: [group], apiVersions: ALL, operations: ["CREATE", "UPDATE"], resources: [resource] },
  ];

  /** A policy of somebody else, by which nobody may write policies of networks. */
  async function refusePolicies(): Promise<void> {
    await make(`${ADMISSION}/validatingadmissionpolicies`, "frozen", {
      spec: {
        matchConstraints: { resourceRules: writes("networking.k8s.io", "networkpolicies") },
        validations: [{ expression: "false", message: "not today" }],
      },
    });
    await make(`${ADMISSION}/validatingadmissionpolicybindings`, "frozen-hub", {
      spec: { policyName: "frozen", validationActions: ["Deny"], matchResources: inside("jupyterhub") },
    });
  }

  /** A webhook whose program is gone. */
  async function leaveWebhook(): Promise<void> {
    const webhook = { name: "gone.example.edu", sideEffects: "None", admissionReviewVersions: ["v1"] };
    const rules = writes("discovery.k8s.io", "endpointslices");
    await make(`${ADMISSION}/validatingwebhookconfigurations`, "left-behind", {
      webhooks: [{ ...webhook, clientConfig: { url: "https://127.0.0.1:1/" }, ...inside("jupyterhub"), rules }],
    });
  }

  /** Gives the operator all rights. */
  async function makeAdministrator(): Promise<void> {
    const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" };
    const subjects = [{ kind: "ServiceAccount", name: "operator", namespace: "default" }];
    await make(`/apis/${RBAC}/v1/clusterrolebindings`, "operator-again", { roleRef, subjects });
  }

  /** A kubeconfig of somebody who may do everything but write policies of networks, and the binding that lets them, which is not there. */
  async function operator(): Promise<string> {
    const groups = [
      "apps",
      "batch",
      RBAC,
      "policy",
      "discovery.k8s.io",
      "cert-manager.io",
      "metallb.io",
      "traefik.io",
      "admissionregistration.k8s.io",
    ];
    const file = path.join(sandbox.base, "operator.kubeconfig");
    await writeAccount(sandbox, "operator", [READS_ALL, { apiGroups: ["", ...groups], resources: ALL, verbs: ALL }], file);
    return file;
  }
}

/** A way out as it is told: what is in the way of an object, the commands, and whether the next up has to ask the cluster. */
interface Told {
  readonly object: string;
  readonly because: string;
  readonly commands: readonly string[];
  readonly up: boolean;
}

/** The ways out that `site refused` prints, or the sandbox among other lines. */
function toldBy(text: string): readonly Told[] {
  const sandboxed = /^IN THE WAY .*\n((?: {2}.*\n?)*)/m
    .exec(text)?.[1]
    ?.replace(/\n {4}(?=\S)/g, " ")
    .replace(/^ {2}/gm, "");
  return (sandboxed ?? text)
    .split(/^(?=\S)/m)
    .filter((each) => each !== "")
    .flatMap((each) => {
      const [head = "", ...lines] = each.trimEnd().split("\n");
      const [, objects = "", because = ""] = /^(.*?): (.*):$/.exec(head) ?? [];
      const commands = lines.map((line) => line.trim().replace(/^npm run sandbox -- exec \S+ -- /, ""));
      const up = /--refresh --run-program/.test(commands.pop() ?? "");
      return objects.split(", ").map((object) => ({ object, because, commands, up }));
    });
}

interface Expected {
  readonly objects: RegExp;
  readonly because: string;
  readonly commands: readonly string[];
  readonly asks: boolean;
  /** Set when it was followed. */
  done?: boolean;
}

const NO_RIGHT =
  "the user system:serviceaccount:default:operator of the kubeconfig has no right to patch networkpolicies: a binding was taken away, or it is another kubeconfig than that of up. Have an administrator give the right back until this says yes";

const EXPECTED: readonly Expected[] = [
  {
    objects: /^ConfigMap jupyterhub\/data-clients$/,
    because: "somebody has deleted it. The up that asks the cluster first makes it again",
    commands: [],
    asks: true,
  },
  {
    objects: /^ConfigMap jupyterhub\/doors-tier2$/,
    because: "data cannot change while the object is there, and is not as declared. Delete the object; up makes it again",
    commands: ["kubectl delete configmap -n jupyterhub doors-tier2"],
    asks: true,
  },
  {
    objects: /^Service jupyterhub\/doors-tier2$/,
    because:
      'spec.ports holds what somebody else has set beside what is declared (spec.ports[1].name: Duplicate value: "roots"), and no up takes that out. Make it as declared by hand; declared is [{"name":"roots","port":1095,"protocol":"TCP"}]',
    commands: ["kubectl edit service -n jupyterhub doors-tier2"],
    asks: false,
  },
  {
    objects: /^NetworkPolicy jupyterhub\/allow-/,
    because:
      "the ValidatingAdmissionPolicy frozen, which is not the facility's, denies it (not today). Have whoever set it leave the facility out, or delete its binding",
    commands: ["kubectl delete validatingadmissionpolicybinding frozen-hub"],
    asks: false,
  },
  {
    objects: /^EndpointSlice jupyterhub\/doors-tier[23]$/,
    because:
      'nobody answers for the webhook gone.example.edu (failed to call webhook: Post "https://127.0.0.1:1/?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused). Bring the program behind it up again; if there is none any more, find its configuration, and delete it',
    commands: [
      "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o 'custom-columns=KIND:.kind,NAME:.metadata.name,WEBHOOKS:.webhooks[*].name'",
      "kubectl delete KIND NAME",
    ],
    asks: false,
  },
  {
    objects: /^Service jupyterhub\/doors-tier3$/,
    because:
      "the ResourceQuota of-a-hand of its namespace leaves no room (requested: services=1, used: services=SOME, limited: services=0): it is somebody else's, or was lowered by hand, or is filled with what is not the facility's. Take that away, or delete the quota; if it is the facility's, up makes it again",
    commands: ["kubectl delete resourcequota -n jupyterhub of-a-hand"],
    asks: true,
  },
  ...["htcondor", "jupyterhub"].map((namespace) => ({
    objects: new RegExp(`^NetworkPolicy ${namespace}/`),
    because: NO_RIGHT,
    commands: [`kubectl auth can-i patch networkpolicies.networking.k8s.io -n ${namespace}`],
    asks: false,
  })),
  {
    objects: / htcondor\//,
    because:
      "somebody has deleted the namespace htcondor, which is not gone yet (its status.conditions say what holds it). Wait for its end; up makes it again, but not what was in it",
    commands: ["kubectl wait --for=delete namespace/htcondor --timeout=10m"],
    asks: true,
  },
];
