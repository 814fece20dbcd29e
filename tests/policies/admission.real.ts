import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { namespacesNamed, policyManifests, quoted, RULE_LABEL, type AdmissionPolicy } from "#af/components/admission/policy";
import { groupOf } from "#af/components/manifest";
import { nameOf } from "#af/components/tenancy/settings";
import { plain } from "#af/policies/engine-values";
import { judge } from "#af/policies/judge";
import { is, objectsOf, objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { IN_ADMISSION } from "#af/policies/admission";
import { RULES } from "#af/policies/packs";
import { ensureCrds } from "#af/sandbox/charts/crds";
import { Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { API_SERVER_TOOLS, ApiServer, type ApiServerPrograms } from "#af/sandbox/tools/api-server";
import { recordProgram } from "#af/stacks/record";
import { readSite } from "#af/stacks/site/read";
import { AT_ONCE, createPod, prepareNamespace, tryObject } from "#af/tools/charts/admission";
import { eachAtOnce } from "#af/tools/charts/at-once";
import { tenanciesOf } from "#af/tools/charts/tenancies";
import { isCustom } from "#af/tools/schemas/check";
import { asRecord } from "../stacks/written";
import { applied } from "../support/applied";
import { requireTools } from "../sandbox/plugins/control-plane";
import { SITES } from "../support/site-config";
import { changed, type Data } from "./manifests";
import { hostProcessPod, podCases, randomPods, routeCases, serviceCases, type AdmissionCase } from "./admission-cases";

/** Controllers that check the types of policies, and that make quotas count. */
const CONTROLLERS = "validatingadmissionpolicy-status-controller,resourcequota-controller";

/** What the API server says for our policies, in place of whatever else refuses an object. */
const OURS = /ValidatingAdmissionPolicy 'facility-[a-z-]+' with binding 'facility-[a-z-]+' denied request: (.*) \(rule ([a-z-]+)\)$/;

for (const name of SITES)
  describe(`the API server with the admission policies of ${name}`, function () {
    this.timeout(180_000);
    const server = new ApiServer();
    const site = readSite(name);
    const namespaceOf = (role: "hub" | "rook" | "servicex") => nameOf(site.tenancy, role);
    let cluster: Cluster;
    let objects: readonly KubernetesObject[];
    let policies: readonly ClusterObject[];

    before(async function () {
      const tools = await requireTools(this, ...API_SERVER_TOOLS);
      const { resources } = await recordProgram(site);
      objects = resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
      policies = objects.filter(({ kind }) => /^ValidatingAdmissionPolicy/.test(kind)).map(({ root }) => applied(root.raw() as Data));
      const programs = Object.fromEntries(API_SERVER_TOOLS.map((tool) => [tool, tools[tool]?.path ?? tool])) as ApiServerPrograms;
      await server.start(programs, CONTROLLERS);
      cluster = Cluster.load(server.kubeconfig);
    });
    after(() => server.stop());

    const creation = async (object: Data): Promise<unknown> => {
      const { apiVersion, kind, metadata } = object as ClusterObject & Data;
      const path = await cluster.collection(apiVersion, kind, metadata.namespace);
      return cluster.request("POST", `${path}?dryRun=All`, object);
    };
    const saidOf = (object: Data): Promise<string> => creation(object).then(String, (error: unknown) => (error as Error).message);
    /** The answer to a creation that is not kept: what our policies say, with the rule's name, or "admitted". */
    const asked = (object: Data): Promise<string> => answerOf(creation(object));
    const answerOf = (request: Promise<unknown>): Promise<string> =>
      request.then(
        () => "admitted",
        (error: unknown) => {
          const { message } = error as Error;
          assert.match(message, OURS);
          return OURS.exec(message)?.slice(1).join(": ") ?? "";
        },
      );
    const until = async (condition: () => Promise<boolean>, what: string): Promise<void> => {
      for (let tries = 0; !(await condition()); tries++) {
        assert.ok(tries < 600, `${what}, after a minute`);
        await sleep(100);
      }
    };
    const warnings = async (): Promise<readonly string[]> => {
      const found: string[] = [];
      for (const policy of policies.filter(({ kind }) => kind === "ValidatingAdmissionPolicy"))
        await until(async () => {
          const read = await cluster.read(policy);
          const status = asRecord(read?.["status"]);
          if (status["observedGeneration"] !== read?.metadata.generation) return false;
          found.push(
            ...((asRecord(status["typeChecking"])["expressionWarnings"] as object[] | undefined) ?? []).map((each) => JSON.stringify(each)),
          );
          return true;
        }, `the types of ${policy.metadata.name} are not checked`);
      return found;
    };
    const bindingOf = (rule: string): ClusterObject =>
      policies.find(({ kind, metadata }) => kind.endsWith("Binding") && metadata.labels?.[RULE_LABEL] === rule) ?? assert.fail(rule);
    let probes = 0;
    /** Waits until all that was applied before is enforced: the API server learns of policies, and of bindings, in the order in which they are made. */
    const enforced = async (): Promise<void> => {
      probes += 1;
      const probe = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `probe-${probes}`, namespace: "default" } };
      const policy: AdmissionPolicy = {
        rule: probe.metadata.name,
        ...{ apiGroup: "", apiVersion: "v1", resources: ["configmaps"], changed: (object: string) => object },
        faults: [`(object.metadata.name == ${quoted(probe.metadata.name)} ? ["it is asked for"] : [])`],
        allowed: quoted("no probe"),
        namespaces: { matchExpressions: [namespacesNamed(["default"])] },
      };
      for (const manifest of policyManifests(policy)) await cluster.apply(manifest as ClusterObject, "test");
      const path = "/api/v1/namespaces/default/configmaps?dryRun=All";
      const admitted = () => cluster.request("POST", path, probe).then(Boolean, () => false);
      await until(async () => !(await admitted()), "no policy is enforced");
    };

    it("takes them before it knows the kinds of routes, and finds no fault with their types", async () => {
      for (const policy of policies) await cluster.apply(policy, "test");
      assert.equal(await cluster.knows("traefik.io/v1alpha1", "IngressRoute"), false);
      assert.deepEqual(await warnings(), []);
    });

    it("admits the facility: all that the program registers, and the pods of charts, operators and users", async () => {
      const tenancies = tenanciesOf(site, objects);
      const declared = objects.filter(({ origin, apiVersion }) => origin === undefined && groupOf(apiVersion) !== "helm.sh");
      for (const object of declared.filter((each) => is(each, "scheduling.k8s.io/v1", "PriorityClass")))
        await cluster.apply(applied(object.root.raw() as Data), "test");
      await eachAtOnce(AT_ONCE, tenancies, (tenancy) => prepareNamespace(cluster, tenancy.name, tenancy));
      const groups = [...new Set(declared.filter(isCustom).map(({ apiVersion }) => groupOf(apiVersion)))];
      await ensureCrds(cluster, [...groups, "traefik.io", "route.openshift.io"]);
      await enforced();
      const refused: string[] = [];
      await eachAtOnce(AT_ONCE, declared, async (object) => {
        await tryObject(cluster, applied(object.root.raw() as Data)).catch((error: unknown) =>
          refused.push(`${object.kind} ${object.namespace}/${object.name}: ${(error as Error).message}`),
        );
      });
      const pods = tenancies.flatMap((tenancy) => tenancy.pods.map((counted) => ({ namespace: tenancy.name, counted })));
      await eachAtOnce(AT_ONCE, pods, async ({ namespace, counted }) => {
        await createPod(cluster, namespace, counted, { name: "tried", dryRun: true }).catch((error: unknown) =>
          refused.push(`${counted.title} in ${namespace}: ${(error as Error).message}`),
        );
      });
      assert.deepEqual(refused.sort(), []);
      console.log(`      admitted: ${declared.length} objects and ${pods.length} pods`);
    });

    it("finds no fault with the types of the kinds of routes either, once it knows them", async () => {
      for (const policy of policies) await cluster.delete(policy);
      for (const policy of policies) await cluster.apply(policy, "test");
      await enforced();
      const known = (await warnings()).filter((warning) => !warning.includes("route.openshift.io"));
      assert.deepEqual(known, []);
    });

    /** What the packs find of a case: the names of carried rules that refuse it. */
    const found = (...judged: readonly Data[]): readonly string[] => {
      const { findings } = judge(
        RULES.filter((rule) => rule.name in IN_ADMISSION),
        judged.flatMap((object) => objectsOf(object)),
        { site },
      );
      return [...new Set(findings.map((finding) => finding.rule))];
    };
    const agrees = async ({ title, object, refused }: AdmissionCase): Promise<void> => {
      const answer = await asked(object);
      assert.equal(answer === "admitted", refused.length === 0, `${title}: ${answer}`);
      if (answer !== "admitted") assert.ok(refused.includes(answer.split(": ").at(-1) ?? ""), `${title}: ${answer}`);
      assert.deepEqual(found(object), refused, `the pack says otherwise: ${title}`);
    };

    it("refuses a foreign host of a route and a port of every host, and agrees with the pack about each", async () => {
      const cases = [...routeCases(site, namespaceOf), ...serviceCases(namespaceOf("hub"))];
      for (const each of cases) await agrees(each);
      assert.ok(cases.some(({ refused }) => refused.includes("routes-name-their-own-hosts")));
    });

    it("lets pass what was there before a policy, until it changes", async () => {
      const binding = bindingOf("services-open-no-host-ports");
      const namespace = namespaceOf("hub");
      const service = { apiVersion: "v1", kind: "Service", metadata: { name: "older", namespace } };
      const older = { ...service, spec: { type: "NodePort", ports: [{ port: 80 }] } };
      await cluster.delete(binding);
      await until(async () => (await asked(older)) === "admitted", "the policy holds without its binding");
      await cluster.create(older);
      await cluster.apply(binding, "test");
      await enforced();
      const path = `/api/v1/namespaces/${namespace}/services/older?dryRun=All`;
      const patched = (patch: object) => answerOf(cluster.request("PATCH", path, patch, "application/merge-patch+json"));
      assert.equal(await patched({ metadata: { labels: { seen: "true" } } }), "admitted");
      assert.match(await patched({ spec: { selector: { app: "program" } } }), /services-open-no-host-ports$/);
      await cluster.delete(service);
    });

    it("refuses a second default class, of volumes and of Ingresses, and agrees with the pack", async () => {
      for (const [apiVersion, kind, key, rest] of [
        ["storage.k8s.io/v1", "StorageClass", "storageclass.kubernetes.io/is-default-class", { provisioner: "example.org/volumes" }],
        ["storage.k8s.io/v1", "StorageClass", "storageclass.beta.kubernetes.io/is-default-class", { provisioner: "example.org/volumes" }],
        [
          "networking.k8s.io/v1",
          "IngressClass",
          "ingressclass.kubernetes.io/is-default-class",
          { spec: { controller: "example.org/ingress" } },
        ],
      ] as const) {
        const called = (own: string, isDefault: string): Data & ClusterObject => ({
          ...{ apiVersion, kind, metadata: { name: own, annotations: { [key]: isDefault } } },
          ...rest,
        });
        const first = called("first", "true");
        assert.equal(await asked(first), "admitted");
        await cluster.apply(first, "test");
        await until(async () => (await asked(called("second", "true"))) !== "admitted", `a second default ${kind} is admitted`);
        assert.equal(
          await asked(called("second", "true")),
          `metadata.annotations make second the default, and first is; allowed: one default ${kind} in the cluster: one-default-class`,
        );
        assert.deepEqual(found(first, called("second", "true")), ["one-default-class"]);
        assert.equal(await asked(called("second", "false")), "admitted");
        assert.deepEqual(found(first, called("second", "false")), []);
        await cluster.apply({ ...first, metadata: { ...first.metadata, labels: { changed: "true" } } }, "test");
        await cluster.delete(first);
        await until(async () => (await asked(called("second", "true"))) === "admitted", `the default ${kind} is gone, and remembered`);
      }
    });

    it("keeps the label of Pod Security, and agrees with the pack about each level", async () => {
      const label = ["metadata", "labels", "pod-security.kubernetes.io/enforce"];
      for (const object of objects.filter((each) => is(each, "v1", "Namespace"))) {
        const manifest = applied(object.root.raw() as Data);
        // The API server itself refuses a level that is none.
        for (const level of ["restricted", "baseline", "privileged", undefined]) {
          const other = changed(manifest, label, level);
          const path = `/api/v1/namespaces/${object.name}?dryRun=All`;
          const answer = await answerOf(
            cluster.request("PATCH", path, { metadata: { labels: { [label[2] ?? ""]: level ?? null } } }, "application/merge-patch+json"),
          );
          const held = level === undefined || found(other).length > 0 ? "namespaces-set-pod-security" : "admitted";
          assert.equal(answer.split(": ").at(-1), held, `${object.name} as ${level ?? "none"}: ${answer}`);
        }
      }
    });

    it("refuses the pods that the label would, where a namespace has lost it, and agrees with the pack about each", async () => {
      const namespace = namespaceOf("hub");
      const binding = bindingOf("namespaces-set-pod-security");
      const unlabelled = { metadata: { labels: { "pod-security.kubernetes.io/enforce": null } } };
      const own = `/api/v1/namespaces/${namespace}`;
      await cluster.delete(binding);
      const relabel = () => answerOf(cluster.request("PATCH", own, unlabelled, "application/merge-patch+json"));
      await until(async () => (await relabel()) === "admitted", "the label cannot be taken away");
      const [privileged] = podCases(namespace);
      assert.ok(privileged);
      // Pod Security learns of the label when the policies do.
      await until(async () => OURS.test(await saidOf(privileged.object)), "our policies do not refuse a privileged pod");
      for (const each of podCases(namespace)) await agrees(each);
      let refused = 0;
      for (const pod of [...randomPods(namespace), hostProcessPod(namespace)]) {
        const [answer, expected] = [await asked(pod), found(pod)];
        assert.equal(answer === "admitted", expected.length === 0, `${JSON.stringify(pod)}\n${answer}\n${expected.join()}`);
        if (answer === "admitted") continue;
        refused += 1;
        assert.ok(expected.includes(answer.split(": ").at(-1) ?? ""), `${answer}\n${expected.join()}`);
      }
      assert.ok(refused > 10);
      const running = { ...podCases(namespace)[1]?.object, ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "running", namespace } } };
      await cluster.create(running);
      const path = `/api/v1/namespaces/${namespace}/pods/running/ephemeralcontainers?dryRun=All`;
      const debugged = (container: object) => {
        const spec = { ephemeralContainers: [{ name: "debug", image: "quay.io/jupyterhub/tools:1", ...container }] };
        return answerOf(cluster.request("PATCH", path, { spec }, "application/strategic-merge-patch+json"));
      };
      assert.equal(await debugged({}), "admitted");
      assert.match(
        await debugged({ securityContext: { privileged: true } }),
        /^spec\.ephemeralContainers\[debug\]\..*no-privileged-containers$/,
      );
      assert.match(
        await debugged({ image: "quay.io/jupyterhub/tools" }),
        /^spec\.ephemeralContainers\[debug\]\.image is quay\.io\/jupyterhub\/tools; .*images-are-exact$/,
      );
      assert.match(
        await debugged({ image: "tools:1" }),
        /^spec\.ephemeralContainers\[debug\]\.image is of docker\.io\/library\/tools; allowed: .*images-come-from-known-sources$/,
      );
      await cluster.apply(binding, "test");
    });
  });
