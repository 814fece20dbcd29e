import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { ANSWERS, writeNewSite } from "../tools/site-files";
import { spoilt } from "./site-config";

type Change = readonly [path: readonly (string | number)[], value: unknown];

const disk = { path: "/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:1:0", class: "hdd", size: "4Ti" };
const cvmfs: Change = [["data", "cvmfs"], { kind: "csi", storageClass: "cvmfs" }];
const addresses: Change = [
  ["platform", "loadBalancer", "pools", "public"],
  ["192.0.2.10/32", "192.0.2.16/29"],
];

const storage = (settings: object): Change => [["storage"], settings];
const rook = (objectStore: object): readonly Change[] => [
  [
    ["nodes", "workers", "runs"],
    ["services", "users", "ceph"],
  ],
  storage({ kind: "rook", devices: { workers: [disk] }, objectStore }),
];
const external = (settings: object = {}): Change =>
  storage({
    kind: "external",
    fsid: "797f411a-aafe-11ec-a254-fa163e1539f5",
    monitors: { hosts: ["a", "b", "c"].map((name, index) => ({ name, address: `198.51.100.${index + 1}` })) },
    block: { pool: "af-rbd" },
    capacity: "100Ti",
    ...settings,
  });
const filesystem = { kind: "cephfs", name: "af", dataPool: "af-data" };
const gateways = { kind: "rgw", host: "s3.ceph.example.edu" };
const acme = (solver: object): Change => [["platform", "certificates"], { kind: "acme", email: "operators@example.edu", solver }];
const htcondor = (schedd: object): readonly Change[] => [
  addresses,
  [
    ["batch"],
    {
      kind: "htcondor",
      pool: { name: "pool", cores: 1000, collector: "cm.example.edu", uidDomain: "example.edu" },
      workers: "docker",
      schedd,
    },
  ],
  [["hub", "workerImage"], "hub.opensciencegrid.org/coffea-casa/cc-analysis-alma9:2026.08.12"],
];
const schedd = { kind: "external", host: "schedd.example.edu" };
const gateway = (backend: object): readonly Change[] => [
  ...htcondor(schedd),
  [
    ["hub", "dask"],
    {
      kind: "gateway",
      address: "192.0.2.17",
      host: "dask.af.example.edu",
      clusters: { atOnce: 2 },
      workers: { image: "registry.example.edu/worker:1.0", max: 4 },
      backend,
    },
  ],
];
const servicex = (settings: object): readonly Change[] => [
  external({ objectStore: gateways }),
  [
    ["servicex"],
    {
      kind: "servicex",
      ...settings,
      adminEmail: "operators@example.edu",
      codeGenerators: ["uproot"],
      allowedImages: ["docker.io/sslhep/"],
      objects: { maxSize: "1Ti" },
    },
  ],
];
const login = (settings: object): Change => [["hub", "login"], { ...settings, allowedGroups: ["/cms"] }];
const okd: readonly Change[] = [
  [["site", "kubernetes", "kind"], "okd"],
  [["site", "kubernetes", "networkPlugin"], "ovn-kubernetes"],
  [
    ["platform"],
    { loadBalancer: { kind: "none" }, certificates: { kind: "provided" }, ingress: { kind: "routes", router: "r.example.edu" } },
  ],
  [["monitoring"], { kind: "provided" }],
  [["hub", "identity"], { kind: "assigned" }],
  [["hub", "dask"], { kind: "none" }],
];

/** Every kind of every union of the settings, and what of a new site has to change for a site to have it. */
export const KINDS: Readonly<Record<string, readonly Change[]>> = {
  "site.kubernetes: kubeadm": [],
  "site.kubernetes: okd": okd,
  "delivery: flux": [[["delivery"], { kind: "flux" }]],
  "delivery: helm": [],
  "platform.loadBalancer: metallb": [],
  "platform.loadBalancer: provided": [[["platform", "loadBalancer"], { kind: "provided", addresses: ["192.0.2.8/29"] }]],
  "platform.loadBalancer: none": okd,
  "platform.certificates: acme": [acme({ kind: "http01" })],
  "platform.certificates(acme).solver: http01": [acme({ kind: "http01" })],
  "platform.certificates(acme).solver: rfc2136": [
    acme({ kind: "rfc2136", nameserver: "198.51.100.53", tsigKeyName: "af", selfCheck: { nameservers: ["198.51.100.54"] } }),
  ],
  "platform.certificates: internal": [],
  "platform.certificates: provided": okd,
  "platform.ingress: traefik": [],
  "platform.ingress: routes": okd,
  "storage: rook": rook({ kind: "none" }),
  "storage(rook).objectStore: rgw": rook({ kind: "rgw", host: "s3.af.example.edu" }),
  // On hosts of its own, that nothing else may use.
  "storage(rook).objectStore: none": [
    [
      ["nodes", "kept"],
      {
        ...{ model: "storage", hosts: ["kept[1-4]"], capacity: { cpu: 16, memory: "64Gi", ephemeral: "100Gi" }, rack: "kept" },
        runs: ["ceph"],
        taints: [{ key: "analysis-facility/ceph" }],
      },
    ],
    storage({ kind: "rook", devices: { kept: [disk] }, objectStore: { kind: "none" } }),
  ],
  "storage: external": [external()],
  "storage(external).filesystem: cephfs": [external({ filesystem }), [["hub", "homes", "kind"], "shared"]],
  "storage(external).filesystem: none": [external()],
  "storage(external).objectStore: rgw": [external({ objectStore: gateways })],
  "storage(external).objectStore: none": [external()],
  "storage: existing": [],
  "monitoring: stack": [],
  "monitoring(stack).alerts: email": [
    [
      ["monitoring", "alerts"],
      { kind: "email", to: ["operators@example.edu"], from: "alerts@af.example.edu", relay: { host: "smtp.example.edu" } },
    ],
  ],
  "monitoring(stack).alerts: none": [],
  "monitoring: provided": [[["monitoring"], { kind: "provided" }]],
  // With an authority that can sign for the cache's name, so that either certificate may be chosen.
  "data.cache: xcache": [
    acme({ kind: "rfc2136", nameserver: "198.51.100.53", tsigKeyName: "af", selfCheck: { nameservers: ["198.51.100.54"] } }),
    [
      ["nodes", "cache"],
      {
        model: "a host with disks",
        hosts: ["cache1"],
        capacity: { cpu: 16, memory: "64Gi", ephemeral: "100Gi" },
        rack: "c",
        runs: ["cache"],
      },
    ],
    [
      ["data", "cache"],
      {
        kind: "xcache",
        host: "xcache.af.example.edu",
        origin: { host: "redirector.example.edu" },
        image: "registry.example.edu/xcache:1.0",
        disks: [{ path: "/mnt/xcache0", size: "2Ti" }],
        certificate: "internal",
        resource: "EXAMPLE_XCACHE",
        tokens: { issuers: [{ url: "https://issuer.example.edu/", paths: ["/store"] }] },
      },
    ],
  ],
  "data.cache: external": [[["data", "cache"], { kind: "external", host: "xcache.example.edu" }]],
  "data.cache: none": [],
  "data.stores.doors.protocols: root": [[["data", "stores", "site", "doors", "protocols"], [{ kind: "root", port: 1094 }]]],
  "data.stores.doors.protocols: roots": [[["data", "stores", "site", "doors", "protocols"], [{ kind: "roots", port: 1094 }]]],
  "data.stores.doors.protocols: davs": [
    [
      ["data", "stores", "site", "doors", "protocols"],
      [
        { kind: "root", port: 1094 },
        { kind: "davs", port: 2880 },
      ],
    ],
  ],
  "data.cvmfs: csi": [cvmfs],
  "data.cvmfs: hostPath": [[["data", "cvmfs"], { kind: "hostPath" }]],
  "data.cvmfs: none": [],
  "batch: htcondor": htcondor(schedd),
  "batch(htcondor).schedd: dedicated": htcondor({
    kind: "dedicated",
    name: "af@schedd.af.example.edu",
    address: "192.0.2.18",
    image: "registry.example.edu/submit:1.0",
    signingKey: { id: "facility-2", previous: { id: "facility", until: "2031-01-31" } },
    spool: "100Gi",
  }),
  "batch(htcondor).schedd: external": htcondor(schedd),
  "batch: none": [],
  "hub.login: cilogon": [login({ kind: "cilogon", identityProviders: ["https://idp.example.edu"] })],
  "hub.login: oidc": [
    login({
      kind: "oidc",
      service: "Laboratory account",
      authorizeUrl: "https://sso.example.edu/authorize",
      tokenUrl: "https://sso.example.edu/token",
      userinfoUrl: "https://sso.example.edu/userinfo",
    }),
  ],
  "hub.expose: address": [addresses, [["hub", "expose"], { kind: "address", address: "192.0.2.16" }]],
  "hub.expose: ingress": [],
  "hub.homes: block": [],
  "hub.homes: shared": [storage({ kind: "existing", blockClass: "standard", sharedClass: "nfs" }), [["hub", "homes", "kind"], "shared"]],
  "hub.identity: fixed": [],
  "hub.identity: assigned": okd,
  "hub.dask: sni": [],
  "hub.dask: gateway": gateway({ kind: "kubernetes" }),
  "hub.dask(gateway).backend: kubernetes": gateway({ kind: "kubernetes" }),
  "hub.dask(gateway).backend: htcondor": gateway({
    kind: "htcondor",
    class: "site_gateway.HTCondorBackend",
    image: "registry.example.edu/gateway:1.0",
  }),
  "hub.dask: none": [[["hub", "dask"], { kind: "none" }]],
  "servicex: servicex": servicex({ auth: { kind: "internal" } }),
  "servicex(servicex).auth: internal": servicex({ auth: { kind: "internal" } }),
  "servicex(servicex).auth: oidc": servicex({
    host: "servicex.af.example.edu",
    auth: { kind: "oidc", metadataUrl: "https://sso.example.edu/.well-known/openid-configuration" },
  }),
  "servicex: none": [],
  "skyhook: none": [],
  "skyhook: experimental": [
    ...rook({ kind: "none" }),
    [
      ["nodes", "experiment"],
      {
        ...{ model: "spare", hosts: ["spare[1-4]"], capacity: { cpu: 16, memory: "64Gi", ephemeral: "100Gi" } },
        rack: "spare",
        runs: ["users"],
      },
    ],
    [
      ["skyhook"],
      {
        kind: "experimental",
        image: "registry.example.edu/ceph:v20.2.4",
        cephMajor: 20,
        objectClass: "arrow",
        pool: "experiment",
        devices: [disk],
      },
    ],
  ],
};

/** The settings of a new site, changed so that it has a kind of {@link KINDS}. */
export async function settingsOfKind(title: string): Promise<Record<string, unknown>> {
  const own = structuredClone(await (fresh ??= freshSettings()));
  return (KINDS[title] ?? []).reduce<Record<string, unknown>>((tree, [at, value]) => spoilt(tree, at, value), own);
}

let fresh: Promise<Record<string, unknown>> | undefined;

/** The settings of a new site. */
async function freshSettings(): Promise<Record<string, unknown>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-kinds-"));
  try {
    const file = await writeNewSite(folder, "kinds", ANSWERS);
    const { config } = parse(fs.readFileSync(file, "utf8")) as { config: Record<string, unknown> };
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace("af:", ""), value]));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Where in a site's settings the union of a title is. */
export function placeOf(title: string): readonly string[] {
  return (title.split(": ")[0] ?? "").replaceAll(/\(\w+\)/g, "").split(".");
}
