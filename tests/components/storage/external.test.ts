import assert from "node:assert/strict";
import type { Flow } from "#af/components/tenancy/flows";
import { externalObjectStoreSpec, monitorEndpoints } from "#af/components/storage/external-specs";
import { flattened } from "#af/components/parts";
import { storageParts } from "#af/components/storage/parts";
import { StorageSettings, type ExternalStorage } from "#af/components/storage/settings";
import { csiUsers } from "#af/components/storage/users";
import { parseSite } from "#af/stacks/site/parse";
import { recordProgram, type Recording } from "#af/stacks/record";
import { declaredSecrets } from "#af/stacks/site/secrets";
import { settingsOfKind } from "../../support/site-kinds";
import { inClear } from "../../stacks/written";

const plain = {
  kind: "external",
  fsid: "797f411a-aafe-11ec-a254-fa163e1539f5",
  monitors: {
    hosts: [
      { name: "a", address: "198.51.100.1" },
      { name: "b", address: "198.51.100.2" },
    ],
  },
  block: { pool: "af-rbd" },
} as const;
const filesystem = { kind: "cephfs", name: "af", dataPool: "af-data" } as const;
const ingress = { ingress: { kind: "routes", router: "router.example.edu", timeout: 600 }, issuer: undefined } as const;
const objectStore = { kind: "rgw", host: "s3.ceph.example.edu" } as const;

function settings(changes: object = {}): ExternalStorage {
  const parsed = StorageSettings.parse({ ...plain, ...changes });
  assert.ok(parsed.kind === "external");
  return parsed;
}

describe("somebody else's Ceph", () => {
  it("is told to Rook as its import script does, on either protocol", () => {
    assert.deepEqual(monitorEndpoints(settings().monitors), {
      data: "a=198.51.100.1:6789,b=198.51.100.2:6789",
      mapping: "{}",
      maxMonId: "1",
    });
    const second = settings({ monitors: { ...plain.monitors, port: 3300 } });
    assert.equal(monitorEndpoints(second.monitors).data, "a=198.51.100.1:3300,b=198.51.100.2:3300");
  });

  it("is mounted over the second protocol where its monitors speak that alone, for the kernel takes the first unless told otherwise", () => {
    const options = (port: number) => {
      const parts = storageParts(settings({ filesystem, monitors: { ...plain.monitors, port } }), {
        ...{ nodes: {}, namespace: "rook-ceph", userNamespaces: [], ingress },
      });
      const { cluster, "block-class": blockClass } = parts.ceph?.objects ?? {};
      const { csi } = cluster?.["spec"] as { readonly csi?: { readonly cephfs: { readonly kernelMountOptions: string } } };
      return [csi?.cephfs.kernelMountOptions, (blockClass?.["parameters"] as Readonly<Record<string, string>>)["mapOptions"]];
    };
    assert.deepEqual(options(3300), ["ms_mode=prefer-crc", "krbd:ms_mode=prefer-crc"]);
    assert.deepEqual(options(6789), [undefined, undefined]);
  });

  it("has each monitor once, by name and by address", () => {
    const [first] = plain.monitors.hosts;
    const refused = (hosts: readonly object[]) => StorageSettings.safeParse({ ...plain, monitors: { hosts } }).error?.issues ?? [];
    assert.deepEqual(
      refused([first, { ...first, name: "c" }]).map(({ path, message }) => [path.join("."), message]),
      [["monitors.hosts.1.address", "listed twice; give each monitor its own address"]],
    );
    assert.equal(refused([first, { ...first, address: "198.51.100.9" }])[0]?.path.join("."), "monitors.hosts.1.name");
  });

  it("says of its gateways whether they speak https, for Rook would take it that they do not", () => {
    const rgw = settings({ objectStore }).objectStore;
    assert.ok(rgw.kind === "rgw");
    assert.deepEqual(externalObjectStoreSpec(rgw)["hosting"], {
      advertiseEndpoint: { dnsName: "s3.ceph.example.edu", port: 443, useTls: true },
    });
    assert.deepEqual(externalObjectStoreSpec({ ...rgw, port: 8080, tls: false })["hosting"], {
      advertiseEndpoint: { dnsName: "s3.ceph.example.edu", port: 8080, useTls: false },
    });
  });

  it("is reached by Rook, and its gateways by ServiceX too; no other kind of storage is outside", () => {
    const ways = (storage: StorageSettings) =>
      flattened(storageParts(storage, { nodes: {}, namespace: "rook-ceph", userNamespaces: ["servicex"], ingress }))
        .flatMap(({ flows }) => flows)
        .filter(({ to }) => to !== "api-server")
        .map(({ from, to, ports }) => `${nameOf(from)} ${typeof to === "string" ? to : to.kind} ${ports.join(" ")}`);
    const nameOf = (end: Flow["from"]) => (typeof end === "string" ? end : end.name);
    const clients = ["operator", "csi-rbd"];
    const monitors = ["6789", "6789 6800,7568"].flatMap((ports) => clients.map((client) => `${client} outside ${ports}`));
    assert.deepEqual(ways(settings()), monitors);
    assert.deepEqual(ways(settings({ objectStore: { ...objectStore, port: 7443 } })), [
      ...monitors,
      ...["operator", "app", "transformers", "users"].map((client) => `${client} outside 7443`),
    ]);
    assert.deepEqual(ways(StorageSettings.parse({ kind: "existing", blockClass: "standard" })), []);
  });

  it("asks for the keys of those users alone that the site's drivers and gateways act as", async () => {
    const site = parseSite(await settingsOfKind("storage: external"), "a test");
    const secrets = (changes: object) =>
      declaredSecrets({ ...site, storage: settings(changes) })
        .map(({ name }) => name)
        .filter((name) => name.startsWith("ceph"));
    const block = ["cephHealthCheckerKey", "cephRbdNodeKey", "cephRbdProvisionerKey"];
    assert.deepEqual(secrets({}), block);
    assert.deepEqual(secrets({ filesystem }), [...block, "cephCephfsNodeKey", "cephCephfsProvisionerKey"]);
    assert.deepEqual(secrets({ objectStore }), [...block, "cephRgwAccessKey", "cephRgwSecretKey"]);
    assert.deepEqual(
      csiUsers(settings({ filesystem })).map(({ user }) => user),
      ["csi-rbd-node", "csi-rbd-provisioner", "csi-cephfs-node", "csi-cephfs-provisioner"],
    );
  });
});

describe("the program of a site on somebody else's Ceph", () => {
  const recorded = async (title: string): Promise<Recording> => recordProgram(parseSite(await settingsOfKind(title), "a test"));
  const of = ({ resources }: Recording, kind: string) => resources.filter(({ type }) => type.endsWith(`:${kind}`));

  it("connects before it makes classes, protects both, and runs no daemon of Ceph", async () => {
    const recording = await recorded("storage(external).filesystem: cephfs");
    const [cluster] = of(recording, "CephCluster");
    assert.ok(cluster?.options.protect && cluster.options.retainOnDelete);
    const classes = of(recording, "StorageClass");
    assert.deepEqual(classes.map(({ inputs }) => inputs["provisioner"]).sort(), [
      "rook-ceph.cephfs.csi.ceph.com",
      "rook-ceph.rbd.csi.ceph.com",
    ]);
    for (const { options } of classes) {
      assert.ok(options.protect);
      assert.ok(options.dependsOn.includes(cluster.urn));
    }
    assert.deepEqual(of(recording, "CephBlockPool"), []);
    const connection = recording.resources.filter(
      ({ urn }) => cluster.options.dependsOn.includes(urn) && /:(Secret|ConfigMap)$/.test(urn.split("::")[2] ?? ""),
    );
    assert.equal(connection.length, 6);
  });

  it("acts as the users that the site file names, whose keys lie where the StorageClasses look", async () => {
    const config = await settingsOfKind("storage(external).filesystem: cephfs");
    const storage = config["storage"] as Readonly<Record<string, object>>;
    const users = (driver: string) => ({ node: `csi-${driver}-node-af.1`, provisioner: `csi-${driver}-provisioner-af.1` });
    const renamed = {
      ...storage,
      healthChecker: "healthchecker.1",
      block: { ...storage["block"], users: users("rbd") },
      filesystem: { ...storage["filesystem"], users: users("cephfs") },
    };
    const recording = await recordProgram(parseSite({ ...config, storage: renamed }, "a test"));
    const named = of(recording, "Secret").map(
      ({ inputs }) =>
        [
          (inputs["metadata"] as { readonly name?: string }).name ?? "",
          inClear(inputs["stringData"]) as Readonly<Record<string, unknown>>,
        ] as const,
    );
    const text = (secret: string, key: string) => new Map(named).get(secret)?.[key];
    assert.equal(text("rook-ceph-mon", "ceph-username"), "client.healthchecker.1");
    for (const { inputs } of of(recording, "StorageClass")) {
      const parameters = inputs["parameters"] as Readonly<Record<string, string>>;
      const driver = String(inputs["provisioner"]).split(".")[1];
      for (const [step, task] of [
        ["node-stage", "node"],
        ["provisioner", "provisioner"],
      ] as const)
        assert.equal(text(parameters[`csi.storage.k8s.io/${step}-secret-name`] ?? "", "userID"), `csi-${driver}-${task}-af.1`);
    }
  });

  it("puts volumes' data into the erasure-coded pool where there is one", async () => {
    const config = await settingsOfKind("storage: external");
    const block = { pool: "af-headers", dataPool: "af-data" };
    const site = parseSite({ ...config, storage: { ...(config["storage"] as object), block } }, "a test");
    const [blockClass] = of(await recordProgram(site), "StorageClass");
    const { pool, dataPool } = blockClass?.inputs["parameters"] as Record<string, string>;
    assert.deepEqual([pool, dataPool], ["af-headers", "af-data"]);
  });

  it("hands ServiceX the gateways' own name and port", async () => {
    const recording = await recorded("servicex: servicex");
    assert.match(
      JSON.stringify(of(recording, "CephObjectStore")[0]?.inputs),
      /"externalRgwEndpoints":\[\{"hostname":"s3\.ceph\.example\.edu"\}\]/,
    );
    assert.match(JSON.stringify(recording.resources), /"publicURL":"s3\.ceph\.example\.edu:443"/);
  });
});
