import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { bytes, millicores } from "#af/capacity/quantity";
import { podWorkerOf } from "#af/components/hub/pod-worker";
import { imagesOf } from "#af/components/hub/users";
import { chartAtHand } from "../../support/charts-at-hand";
import { pythonEnvironment } from "../../support/python";
import { SITES } from "../../support/site-config";
import { KINDS } from "../../support/site-kinds";
import { writeKubeconfig } from "./running-hub";
import { everySubject, FURTHER, PYTHON, type Subject } from "./subjects";

interface Answer {
  readonly problems: readonly string[];
  readonly servers: Readonly<Record<string, { readonly pod: Pod; readonly claim: Claim }>>;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources: unknown;
  readonly securityContext: { readonly runAsUser?: number };
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts: readonly { readonly mountPath: string }[];
}

interface Pod {
  readonly spec: {
    readonly containers: readonly Container[];
    readonly securityContext: unknown;
    readonly priorityClassName: string;
    readonly enableServiceLinks: boolean;
    readonly automountServiceAccountToken: boolean;
    readonly schedulerName: string;
    readonly affinity: unknown;
    readonly volumes: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
}

interface Claim {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly storageClassName: string; readonly resources: { readonly requests: { readonly storage: string } } };
}

/** What the site file says of a profile's server, as the pod has to have it: cores and bytes. */
function amountsOf({ cpu, memory, devices }: Subject["site"]["hub"]["profiles"][number]) {
  const cores = Number(millicores(cpu)) / 1000;
  const ram = Number(bytes(memory));
  const numbers = Object.fromEntries(Object.entries(devices).map(([device, number]) => [device, String(number)]));
  return {
    requests: { cpu: cores, memory: ram, "ephemeral-storage": "1Gi", ...numbers },
    limits: { cpu: cores * 2, memory: ram, "ephemeral-storage": "20Gi", ...numbers },
  };
}

describe("the hub's values, read by the real JupyterHub and KubeSpawner", function () {
  this.timeout(600_000);
  const answers = new Map<string, { readonly subject: Subject; readonly answer: Answer }>();
  let refused: readonly (readonly string[])[] = [];

  before(async function () {
    const hub = await pythonEnvironment(this, path.join(PYTHON, "hub.txt"));
    const packages = { jupyterhub: "5.5.0", "jupyterhub-kubespawner": "7.0.0", oauthenticator: "17.4.0" };
    for (const [name, wanted] of Object.entries(packages)) {
      console.log(`      ${name}: the chart's ${wanted}, here ${hub.versionOf(name)}`);
      assert.equal(hub.versionOf(name), wanted);
    }
    const chart = chartAtHand("jupyterhub");
    const subjects = await everySubject();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-pods-"));
    writeKubeconfig(path.join(folder, "kubeconfig"), "http://127.0.0.1:9");
    const given = subjects.map((each) => ({ values: each.hub, chart }));
    const env = { KUBECONFIG: path.join(folder, "kubeconfig") };
    const read = (await hub.ask(path.join(PYTHON, "pods.py"), [...given, ...wrongOnes(subjects)], env)) as readonly Answer[];
    refused = read.slice(subjects.length).map(({ problems }) => problems);
    fs.rmSync(folder, { recursive: true });
    for (const [index, subject] of subjects.entries())
      answers.set(subject.name, { subject, answer: read[index] ?? assert.fail(subject.name) });
  });

  for (const name of [...SITES, ...Object.keys(KINDS), ...Object.keys(FURTHER)]) {
    it(`${name}: every class and trait is known, and each profile gets the pod that the site file means`, () => {
      const { subject, answer } = answers.get(name) ?? assert.fail(name);
      assert.deepEqual(answer.problems, []);
      const { image, profiles, homes, identity } = subject.site.hub;
      assert.deepEqual(
        Object.keys(answer.servers),
        profiles.map((profile) => profile.name),
      );
      for (const profile of profiles) {
        const { pod, claim } = answer.servers[profile.name] ?? assert.fail(profile.name);
        const [notebook = assert.fail(), ...others] = pod.spec.containers;
        assertWorker(subject, profile, notebook, others);
        assert.deepEqual(notebook.resources, amountsOf(profile));
        assert.equal(notebook.image, profile.image ?? image);
        const group = { fsGroupChangePolicy: "OnRootMismatch" };
        assert.deepEqual(pod.spec.securityContext, identity.kind === "fixed" ? { fsGroup: identity.gid, ...group } : group);
        assert.equal(notebook.securityContext.runAsUser, identity.kind === "fixed" ? identity.uid : undefined);
        assert.equal(pod.spec.priorityClassName, subject.hub.singleuser.extraPodConfig.priorityClassName);
        assert.deepEqual([pod.spec.enableServiceLinks, pod.spec.automountServiceAccountToken], [false, false]);
        assert.equal(pod.spec.schedulerName, "user-scheduler");
        assert.match(JSON.stringify(pod.spec.affinity), /requiredDuringScheduling.*hub\.jupyter\.org\/node-purpose/);
        // Braces that KubeSpawner did not take for a name of its own are those of JSON.
        for (const { value = "" } of notebook.env.filter((variable) => /[{}]/.test(variable.value ?? ""))) JSON.parse(value);
        assert.ok(pod.spec.volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata.name));
        assert.ok(notebook.volumeMounts.some(({ mountPath }) => mountPath === homes.mountPath));
        assert.equal(claim.spec.storageClassName, subject.hub.singleuser.storage.dynamic.storageClass);
        assert.equal(claim.spec.resources.requests.storage, homes.size);
      }
    });
  }

  it("says which classes, traits and names nobody reads, and what KubeSpawner refuses", () => {
    assert.equal(refused.length, WRONG.length);
    for (const [index, [what, problem]] of WRONG.entries())
      assert.ok(
        refused[index]?.some((each) => each.startsWith(problem)),
        `${JSON.stringify(what)}: ${JSON.stringify(refused[index])}`,
      );
  });
});

/** Asserts that the worker beside the notebook, where the site has one, is what the site file means, and finds what the notebook finds. */
function assertWorker(
  { site }: Subject,
  profile: Subject["site"]["hub"]["profiles"][number],
  notebook: Container,
  others: readonly Container[],
): void {
  const settings = podWorkerOf(site.hub);
  assert.deepEqual(
    others.map(({ name }) => name),
    settings ? ["dask-worker"] : [],
  );
  const [worker] = others;
  if (settings === undefined || worker === undefined) return;
  assert.equal(worker.image, imagesOf(site.hub, profile).worker);
  assert.deepEqual(worker.resources, {
    requests: { ...settings, "ephemeral-storage": "1Gi" },
    limits: { memory: settings.memory, "ephemeral-storage": "20Gi" },
  });
  assert.deepEqual(worker.securityContext, notebook.securityContext);
  const ofHub = /^(JUPYTERHUB|JPY|JUPYTER|CPU|MEM)_/;
  const shared = notebook.env.filter(({ name }) => !ofHub.test(name));
  assert.ok(shared.some(({ name }) => name === "XCACHE_HOST") && shared.length < notebook.env.length);
  assert.deepEqual(worker.env, shared);
  assert.deepEqual(
    worker.volumeMounts,
    notebook.volumeMounts.filter(({ mountPath }) => mountPath !== site.hub.homes.mountPath),
  );
}

/** Settings of classes that are wrong, and what is said of each. */
const WRONG: readonly (readonly [config: Readonly<Record<string, object>>, problem: string])[] = [
  [{ Kubespawner: { slug_scheme: "safe" } }, "Kubespawner: no class that runs has this name"],
  [{ GitHubOAuthenticator: { allowed_groups: ["/cms"] } }, "GitHubOAuthenticator: no class that runs has this name"],
  [{ KubeSpawner: { memory_limit: 1 } }, "KubeSpawner.memory_limit: the class has no such trait"],
  [{ Authenticator: { whitelist: ["a"] } }, "Authenticator.whitelist: the name is out of use"],
  [{ KubeSpawner: { mem_limit: "8589934592" } }, "TraitError: 8589934592 is not a valid memory specification"],
  [{ KubeSpawner: { profile_list: "none" } }, "TraitError: "],
];

function wrongOnes([{ hub } = assert.fail()]: readonly Subject[]): readonly object[] {
  return WRONG.map(([wrong]) => {
    const config = Object.fromEntries(Object.entries(wrong).map(([name, traits]) => [name, { ...hub.hub.config[name], ...traits }]));
    const singleuser = { ...hub.singleuser, memory: { guarantee: null, limit: null } };
    return { values: { ...hub, singleuser, hub: { ...hub.hub, config: { ...hub.hub.config, ...config } } } };
  });
}
