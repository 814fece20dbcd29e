import assert from "node:assert/strict";
import { bytes, millicores } from "#af/capacity/quantity";
import { serversAtOnce } from "#af/components/hub/users";
import { namespacesOf } from "#af/stacks/namespaces";
import { parseSite } from "#af/stacks/site/parse";
import type { Site } from "#af/stacks/site/schema";
import { rolesOf } from "#af/stacks/site/parts";
import { siteConfig, SITES, spoilt } from "../support/site-config";

type Path = readonly (string | number)[];

for (const name of SITES) {
  describe(`namespaces and quotas of ${name}`, () => {
    const config = siteConfig(name);
    const site = parseSite(config, name);
    const changed = (path: Path, value: unknown): Site => parseSite(spoilt(config, path, value), name);
    const hub = (from: Site, key: string): string => namespacesOf(from).hub?.hard[key] ?? "missing";

    it("are there for each role that runs something, and for no other", () => {
      assert.deepEqual(Object.keys(namespacesOf(site)).sort(), [...rolesOf(site)].sort());
    });

    it("have room for every user at once, and for every home", () => {
      const servers = serversAtOnce(site.hub);
      assert.equal(
        servers.reduce((sum, { count }) => sum + count, 0),
        site.hub.users.concurrent,
      );
      const memory = servers.reduce((sum, { profile, count }) => sum + bytes(profile.memory) * BigInt(count), 0n);
      const cpu = servers.reduce((sum, { profile, count }) => sum + millicores(profile.cpu) * BigInt(count), 0n);
      assert.ok(bytes(hub(site, "requests.memory")) > memory);
      assert.ok(millicores(hub(site, "requests.cpu")) > cpu);
      assert.ok(Number(hub(site, "persistentvolumeclaims")) > site.hub.users.registered);
      assert.ok(bytes(hub(site, "requests.storage")) > bytes(site.hub.homes.size) * BigInt(site.hub.users.registered));
    });

    it("follow the users: one more of them is one more claim, and more of everything", () => {
      const more = changed(["hub", "users", "registered"], site.hub.users.registered + 1);
      assert.equal(Number(hub(more, "persistentvolumeclaims")), Number(hub(site, "persistentvolumeclaims")) + 1);
      const busier = changed(["hub", "users", "concurrent"], site.hub.users.concurrent + 10);
      for (const key of ["requests.cpu", "requests.memory", "limits.memory", "pods"])
        assert.ok(bytes(hub(busier, key).replace(/m$/, "")) > bytes(hub(site, key).replace(/m$/, "")), key);
    });

    it("hold the Secrets of users whose servers are stopped, however few run at once", () => {
      const kept = site.hub.dask.kind === "sni" ? 2 * site.hub.users.registered : 0;
      const few = site.hub.profiles.reduce((sum, { atOnce = 0 }) => sum + atOnce, 1);
      assert.ok(Number(hub(changed(["hub", "users", "concurrent"], few), "count/secrets")) > kept);
    });

    it("follow the headroom, except for what is counted one by one", () => {
      const tight = changed(["tenancy", "headroom"], 1);
      assert.ok(millicores(hub(tight, "requests.cpu")) < millicores(hub(site, "requests.cpu")));
      for (const key of ["persistentvolumeclaims", "requests.storage", "services.loadbalancers"])
        assert.equal(hub(tight, key), hub(site, key));
    });

    it("bound storage by class, so that all classes together are all of it, but for disks of which the facility has made the volumes", () => {
      for (const plan of Object.values(namespacesOf(site))) {
        const classes = Object.entries(plan.hard).filter(([key]) => key.endsWith("storageclass.storage.k8s.io/requests.storage"));
        const sum = classes.reduce((all, [, size]) => all + bytes(size), 0n);
        const free = plan.name === namespacesOf(site).data?.name;
        assert.equal(sum, free ? 0n : bytes(plan.hard["requests.storage"] ?? "0"), plan.name);
        assert.ok(!free || bytes(plan.hard["requests.storage"] ?? "0") >= bytes("1E"), plan.name);
      }
    });

    it("are what a pin says where there is one, and nothing else changes", () => {
      const pinned = namespacesOf(changed(["tenancy", "pins"], { hub: { because: "a test", cpu: "7", claims: 3 } })).hub?.hard;
      assert.deepEqual(pinned, { ...namespacesOf(site).hub?.hard, "requests.cpu": "7", persistentvolumeclaims: "3" });
    });

    it("bar the classes above their own where users' code runs, and nowhere else", () => {
      for (const [role, plan] of Object.entries(namespacesOf(site)))
        assert.equal(plan.barred.includes("system-node-critical"), ["hub", "servicex"].includes(role), role);
      assert.ok(!namespacesOf(site).hub?.barred.includes("facility-front"));
    });
  });
}
