import assert from "node:assert/strict";
import { collisions, type SiteInProject } from "#af/stacks/site/collisions";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";

describe("what two sites of a project must not share", () => {
  const [name = ""] = SITES;
  const config = siteConfig(name);
  const whole: SiteInProject = { site: parseSite(config, name), encryption: "v1:abc" };
  /** A site that has nothing in common with the first one but its kinds. */
  const apart = (...changes: readonly (readonly [path: readonly (string | number)[], value: unknown])[]): SiteInProject => {
    const renamed = JSON.parse(
      JSON.stringify(config)
        .replaceAll(/red-kube|eaf-/g, "other")
        .replaceAll(/unl\.edu|coffea\.casa|example\.(org|edu)/g, "other.test")
        .replaceAll(/129\.93\.183|203\.0\.113/g, "192.0.2"),
    ) as Record<string, unknown>;
    const spoiled = [[["site", "name"], "other"] as const, ...changes].reduce((tree, [path, value]) => spoilt(tree, path, value), renamed);
    return { site: parseSite(spoiled, "other"), encryption: "v1:def" };
  };

  it("is nothing for the sites of this project", () => {
    const all = SITES.map((site) => ({ site: parseSite(siteConfig(site), site), encryption: undefined }));
    for (const site of all) assert.deepEqual(collisions(site, all), []);
  });

  it("is nothing for a site that differs in all of it, and for the site itself", () => {
    assert.deepEqual(collisions(whole, [whole, apart()]), []);
  });

  it("is a machine", () => {
    const pool = Object.keys(whole.site.nodes)[1] ?? "";
    const { hosts } = (config["nodes"] as Record<string, { hosts: string[] }>)[pool] ?? { hosts: [] };
    const found = collisions(apart([["nodes", pool, "hosts"], hosts]), [whole]);
    assert.ok(found.length > 0);
    for (const { path, message } of found) {
      assert.equal(path, `af:nodes.${pool}.hosts`);
      assert.match(message, new RegExp(`^host \\S+ belongs to site ${name} too .*give it to one of them`));
    }
  });

  it("is a public name, whichever service has it", () => {
    const found = collisions(apart([["hub", "host"], whole.site.hub.host]), [whole]);
    assert.deepEqual(
      found.map(({ path }) => path),
      ["af:hub.host"],
    );
  });

  it("is a public address", () => {
    const { loadBalancer } = whole.site.platform;
    const taken =
      loadBalancer.kind === "metallb"
        ? Object.values(loadBalancer.pools).flat()
        : loadBalancer.kind === "provided"
          ? loadBalancer.addresses
          : [];
    const provided = { kind: "provided", addresses: [...taken, "192.0.2.0/27"] };
    const found = collisions(apart([["platform", "loadBalancer"], provided]), [whole]);
    assert.equal(found.length, taken.length);
    for (const { path, message } of found) {
      assert.match(path, /^af:platform\.loadBalancer\.addresses\[\d\]$/);
      assert.match(message, /a public address belongs to one site/);
    }
  });

  /** What two sites of a kind have in common that have nothing in common but what `changes` gives both. */
  const twice = async (title: string, ...changes: readonly (readonly [path: readonly (string | number)[], value: unknown])[]) => {
    const settings = changes.reduce((tree, [at, value]) => spoilt(tree, at, value), await settingsOfKind(title));
    const [one, other] = ["one", "other"].map((own, index) => {
      const apart = JSON.stringify(settings)
        .replaceAll("kinds", own)
        .replaceAll(/(node|spare)\[/g, `$1-${own}[`)
        .replaceAll("af.example", `${own}.example`)
        .replaceAll("192.0.2.10", `192.0.2.${10 + index}`);
      return { site: parseSite(JSON.parse(apart) as Record<string, unknown>, own), encryption: undefined };
    });
    assert.ok(one && other);
    return collisions(one, [other]).map(({ path, message }) => `${path}: ${message}`);
  };

  it("is a disk by what is written on it, and not by the slot that it is in", async () => {
    assert.deepEqual(await twice("skyhook: experimental"), []);
    const spare = { model: "spare", capacity: { cpu: 16, memory: "64Gi" }, rack: "spare", runs: ["ceph"] };
    const alone = (path: string) =>
      twice(
        "storage: rook",
        [["nodes", "spare"], { ...spare, hosts: ["spare[1-1]"] }],
        [["storage", "devices", "spare"], [{ path, class: "hdd", size: "1Ti" }]],
      );
    assert.deepEqual(await alone("/dev/disk/by-path/pci-1"), []);
    assert.deepEqual(await alone("/dev/disk/by-id/wwn-1"), [
      "af:storage.devices.spare[0].path: the disk /dev/disk/by-id/wwn-1 belongs to site other too (af:storage.devices.spare[0].path); give it to one of them",
    ]);
  });

  it("is a pool of a Ceph that several may use", async () => {
    const filesystem = { kind: "cephfs", name: "shared", dataPool: "shared-data" };
    assert.deepEqual(await twice("storage: external", [["storage", "filesystem"], filesystem]), [
      "af:storage.block.pool: pool af-rbd of Ceph 797f411a-aafe-11ec-a254-fa163e1539f5 belongs to site other too (af:storage.block.pool); give it to one of them",
      "af:storage.filesystem.dataPool: pool shared-data of Ceph 797f411a-aafe-11ec-a254-fa163e1539f5 belongs to site other too (af:storage.filesystem.dataPool); give it to one of them",
    ]);
  });

  it("is the key of its secrets", () => {
    const found = collisions({ ...apart(), encryption: "v1:abc" }, [whole]);
    assert.deepEqual(
      found.map(({ path }) => path),
      ["encryptionsalt"],
    );
    assert.match(found[0]?.message ?? "", /change-secrets-provider/);
    assert.deepEqual(collisions({ ...apart(), encryption: undefined }, [{ ...whole, encryption: undefined }]), []);
  });
});
