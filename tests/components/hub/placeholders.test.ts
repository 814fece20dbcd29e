import assert from "node:assert/strict";
import type { V1Deployment } from "@kubernetes/client-node";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { PRIORITIES, type PriorityClassName } from "#af/components/platform/priority-classes";
import { podAmounts } from "#af/capacity/requests";
import { judge } from "#af/policies/judge";
import { plain } from "#af/policies/engine-values";
import { objectsOfResource, releaseOf, type KubernetesObject } from "#af/policies/model/objects";
import { hubReleaseOf, profilesOf, userPlacement } from "#af/policies/model/user-servers";
import { nothingEndsSoon } from "#af/policies/security/nothing-ends-soon";
import { nothingHasEnded } from "#af/policies/security/nothing-has-ended";
import { prioritiesFollowTheLattice } from "#af/policies/quotas/priorities-follow-the-lattice";
import { usersFitTheHosts } from "#af/policies/quotas/users-fit-the-hosts";
import { recordProgram } from "#af/stacks/record";
import { namespacesOf } from "#af/stacks/namespaces";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import type { Site } from "#af/stacks/site/schema";
import { siteConfig, SITES, spoilt } from "../../support/site-config";

const TODAY = new Date("2030-05-01T12:00:00Z");

function eventAt(site: string, count: number, until = "2030-05-02"): Site {
  const config = siteConfig(site);
  const [profile] = (config["hub"] as { profiles: { name: string }[] }).profiles;
  const event = { name: "tutorial", until, servers: [{ profile: profile?.name, count }] };
  return parseSite(spoilt(config, ["hub", "events"], [event]), "a test");
}

function deploymentsOf(site: Site): readonly V1Deployment[] {
  const objects = Object.values(partsOf(site).hub.hub.objects) as readonly V1Deployment[];
  return objects.filter(({ kind }) => kind === "Deployment");
}

function valuesOf(site: Site): JupyterHubValues {
  return partsOf(site).hub.hub.releases["chart"]?.values as JupyterHubValues;
}

async function objectsIn(site: Site): Promise<readonly KubernetesObject[]> {
  const { resources } = await recordProgram(site);
  return resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
}

async function judged(site: Site, ...rules: Parameters<typeof judge>[0]) {
  return judge(rules, await objectsIn(site), { site, today: TODAY }).findings;
}

/** Priority classes of the pods that users' requests start beside their servers, as the values of the charts have them. */
async function taskClasses(site: Site): Promise<readonly (string | undefined)[]> {
  const { dask } = site.hub;
  return (await objectsIn(site))
    .flatMap((object) => releaseOf(object) ?? [])
    .flatMap(({ chart, values }) => {
      if (chart === "servicex") return [values.at("transformer", "priorityClassName").text()];
      if (chart !== "dask-gateway" || dask.kind !== "gateway" || dask.backend.kind !== "kubernetes") return [];
      return ["scheduler", "worker"].map((kind) => values.at("gateway", "backend", kind, "extraPodConfig", "priorityClassName").text());
    });
}

describe("Places that are kept for an event", function () {
  this.timeout(120_000);

  for (const name of SITES) {
    it(`${name}: as many as declared, each as large as a server, on the same hosts, and below it`, async () => {
      const site = eventAt(name, 3);
      const [deployment = assert.fail("no placeholders"), ...others] = deploymentsOf(site);
      assert.deepEqual(others, []);
      assert.equal(deployment.spec?.replicas, 3);
      const pod = deployment.spec.template.spec ?? assert.fail();
      const hub = (await objectsIn(site)).flatMap((object) => hubReleaseOf(object) ?? [])[0] ?? assert.fail("no hub");
      const [server = assert.fail("no profile")] = profilesOf(hub);
      const { cpu, memory } = podAmounts(pod).requests;
      assert.deepEqual({ cpu, memory }, { cpu: server.amounts.requests["cpu"], memory: server.amounts.requests["memory"] });
      assert.deepEqual(
        pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms,
        userPlacement(hub).requiredTerms,
      );
      const classOf = (className: string | undefined) => PRIORITIES[className as PriorityClassName];
      const [users, places] = [classOf(valuesOf(site).singleuser.extraPodConfig?.priorityClassName), classOf(pod.priorityClassName)];
      assert.ok(places.value < users.value && users.preemptionPolicy === "PreemptLowerPriority" && places.preemptionPolicy === "Never");
      // Nobody else may take a place, and a user takes nothing but a place.
      const rest = Object.values(PRIORITIES).filter((each) => each !== places && each.value < 0);
      assert.ok(rest.every(({ value }) => value >= users.value));
    });

    it(`${name}: kept against transformers and clusters, which wait then and evict no placeholder`, async () => {
      const site = eventAt(name, 1);
      const classes = await taskClasses(site);
      assert.ok(
        classes.every((each) => each === "facility-event-tasks"),
        classes.join(),
      );
      const { "facility-event-tasks": tasks, "facility-event-users": users } = PRIORITIES;
      // A task that waits must not take the place that a server has made for itself, nor a server that of a task.
      assert.ok(tasks.preemptionPolicy === "Never" && tasks.value === users.value);
    });

    it(`${name}: none without an event, and users evict nobody then, nor do transformers and clusters evict them`, async () => {
      const site = parseSite(siteConfig(name), "a test");
      assert.ok((await taskClasses(site)).every((each) => each === "facility-tasks"));
      assert.equal(PRIORITIES["facility-tasks"].preemptionPolicy, "Never");
      assert.deepEqual(deploymentsOf(site), []);
      assert.equal(valuesOf(site).singleuser.extraPodConfig?.priorityClassName, "facility-users");
      assert.equal(PRIORITIES["facility-users"].preemptionPolicy, "Never");
    });

    it(`${name}: counted by the quota and on the hosts, with figures where they do not fit`, async () => {
      const pods = (site: Site) => Number(namespacesOf(site).hub?.hard["count/pods"] ?? namespacesOf(site).hub?.hard["pods"]);
      assert.ok(pods(eventAt(name, 3)) >= pods(parseSite(siteConfig(name), "a test")) + 3);
      assert.deepEqual(await judged(eventAt(name, 2), usersFitTheHosts, prioritiesFollowTheLattice), []);
      const findings = await judged(eventAt(name, 2000), usersFitTheHosts);
      assert.match(findings.map(({ object, message }) => `${object.name}: ${message}`).join("\n"), /^event-tutorial-0: .*2000/m);
    });
  }

  it("ends on its day, as a waiver does", async () => {
    const [name = ""] = SITES;
    const told = async (until: string) =>
      (await judged(eventAt(name, 1, until), nothingHasEnded, nothingEndsSoon)).map(({ path, message }) => `${path}: ${message}`);
    assert.match(
      (await told("2030-05-02")).join("\n"),
      /^af:hub\.events\[0\]\.until: the event tutorial ends in 1 day, on 2030-05-02; take/m,
    );
    assert.match((await told("2030-04-30")).join("\n"), /^af:hub\.events\[0\]\.until: the event tutorial ended on 2030-04-30; take/m);
  });
});
