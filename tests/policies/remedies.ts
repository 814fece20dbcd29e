import { hardened } from "./hardening";

type Change = readonly [path: readonly (string | number)[], value: unknown];

/** A site file that breaks a rule, and ways to mend it in the site file that the rule's remedy names. */
export interface Remedied {
  /** A site of the project, or a title of KINDS. */
  readonly site: string;
  readonly spoilt: readonly Change[];
  /** Each alone is enough. */
  readonly mended: readonly (readonly Change[])[];
  /** The day of the judgement, if the rule is about days. */
  readonly today?: string;
}

const because = "a test";
const HARDENING = ["site", "kubernetes", "hardening"];
const ceph = "storage: rook";
const disk = (number: number) => ({ path: `/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:${number}:0`, class: "hdd", size: "4Ti" });
const disks = (number: number) => Array.from({ length: number }, (_, index) => disk(index + 1));
const pool = (settings: object) => ({
  model: "further",
  capacity: { cpu: 32, memory: "128Gi", ephemeral: "400Gi" },
  rack: "further",
  ...settings,
});
const users = (registered: number, concurrent: number): Change => [["hub", "users"], { registered, concurrent }];
const hosts = (name: string, pattern: string): Change => [["nodes", name, "hosts"], [pattern]];
const ends = (day: string): Change => [["expiry", "hubClientSecret"], day];

/** For each rule whose remedy is an edit of the site file: a site that breaks it, and the edits. */
export const REMEDIES: Readonly<Record<string, Remedied>> = {
  "ceph-can-recover": {
    site: ceph,
    spoilt: [hosts("workers", "node[01-03]")],
    mended: [
      [
        [["nodes", "further"], pool({ hosts: ["further1"], runs: ["ceph"], rack: "workers" })],
        [["storage", "devices", "further"], disks(1)],
      ],
    ],
  },
  "ceph-daemons-fit-their-hosts": {
    site: ceph,
    spoilt: [[["storage", "devices", "workers"], disks(20)]],
    mended: [
      [[["storage", "devices", "workers"], disks(2)]],
      [
        [
          ["nodes", "workers", "runs"],
          ["services", "ceph"],
        ],
        [["nodes", "further"], pool({ hosts: ["further[1-6]"], runs: ["users"], rack: "workers" })],
      ],
    ],
  },
  "ceph-holds-its-claims": {
    site: ceph,
    spoilt: [[["hub", "homes", "size"], "1Ti"]],
    mended: [[[["hub", "homes", "size"], "10Gi"]], [[["storage", "devices", "workers"], [{ ...disk(1), size: "100Ti" }]]]],
  },
  "class-quotas-fit-their-pool": {
    site: ceph,
    spoilt: [[["hub", "homes", "size"], "1Ti"]],
    mended: [[[["storage", "devices", "workers"], [{ ...disk(1), size: "100Ti" }]]]],
  },
  "external-ceph-holds-its-claims": {
    site: "storage: external",
    spoilt: [[["storage", "capacity"], "20Gi"]],
    mended: [[[["storage", "capacity"], "10Ti"]]],
  },
  "cluster-networks-suffice": {
    site: "fnal",
    spoilt: [[["site", "kubernetes", "podCidr"], "10.128.0.0/22"]],
    mended: [[[["site", "kubernetes", "podCidr"], "10.128.0.0/16"]]],
  },
  "demand-fits-quota": {
    site: "fnal",
    spoilt: [[["tenancy", "pins", "hub"], { because, pods: 3 }]],
    mended: [[[["tenancy", "pins", "hub"], { because, pods: 220 }]]],
  },
  "network-policies-are-enforced": {
    site: "unl",
    spoilt: [[["site", "kubernetes", "networkPlugin"], "flannel"]],
    mended: ["canal", "flannel-with-netpol", "calico"].map((plugin) => [[["site", "kubernetes", "networkPlugin"], plugin]]),
  },
  "cluster-is-hardened": {
    site: "unl",
    today: "2027-04-01",
    spoilt: [[HARDENING, { ...hardened("2026-11-02"), secretsEncrypted: { holds: true, owner: "Operators", checked: "2026-03-31" } }]],
    mended: [[[[...HARDENING, "secretsEncrypted", "checked"], "2027-04-01"]], [[HARDENING, hardened("2027-03-01")]]],
  },
  "hosts-have-room-for-pods": {
    site: "fnal",
    spoilt: [users(2000, 1500)],
    mended: [[[["hub", "users", "concurrent"], 120]], [hosts("analysis-a", "eaf-node[001-060]"), hosts("analysis-b", "eaf-nodes[01-10]")]],
  },
  "inventory-is-whole": {
    site: "fnal",
    spoilt: [[["nodes", "services", "capacity", "ephemeral"], undefined]],
    mended: [[[["nodes", "services", "capacity", "ephemeral"], "400Gi"]]],
  },
  "jobs-fit-the-pool": {
    site: "batch(htcondor).schedd: dedicated",
    spoilt: [],
    mended: [[[["batch", "schedd", "limits"], { jobsRunning: 1000, jobsPerOwner: 500 }]]],
  },
  "no-host-paths": {
    site: "fnal",
    spoilt: [[["data", "cvmfs"], { kind: "hostPath" }]],
    mended: [[[["data", "cvmfs"], { kind: "csi", storageClass: "site-cvmfs" }]]],
  },
  "nothing-ends-soon": { site: "fnal", today: "2027-04-01", spoilt: [ends("2027-04-10")], mended: [[ends("2028-04-01")]] },
  "nothing-has-ended": { site: "fnal", today: "2027-04-01", spoilt: [ends("2027-03-31")], mended: [[ends("2028-04-01")]] },
  "object-counts-fit-users": {
    site: "fnal",
    spoilt: [[["tenancy", "pins", "hub"], { because, pods: 100 }]],
    mended: [[[["tenancy", "pins", "hub", "pods"], 220]]],
  },
  "platform-survives-a-failure-domain": {
    site: ceph,
    spoilt: [
      [["nodes", "further"], pool({ hosts: ["further1"], runs: ["ceph"] })],
      [["storage", "devices", "further"], disks(1)],
    ],
    mended: [[[["nodes", "third"], pool({ hosts: ["third[1-6]"], runs: ["services", "users", "ceph"], rack: "third" })]]],
  },
  "platform-survives-a-host": {
    site: "hub.dask: none",
    spoilt: [
      hosts("workers", "node[1-2]"),
      [["nodes", "workers", "capacity"], { cpu: 3, memory: "12Gi", ephemeral: "400Gi" }],
      users(4, 1),
    ],
    mended: [[hosts("workers", "node[1-6]")]],
  },
  "pods-fit-a-host": {
    site: "hub.dask: none",
    spoilt: [[["nodes", "workers", "capacity"], { cpu: 1, memory: "2Gi", ephemeral: "400Gi" }], users(4, 1)],
    mended: [[[["nodes", "further"], pool({ hosts: ["further[1-4]"], runs: ["services", "users"], rack: "workers" })]]],
  },
  "quotas-fit-the-site": {
    site: "fnal",
    spoilt: [[["tenancy", "pins", "hub"], { because, cpu: 1200 }]],
    mended: [
      [[["tenancy", "pins", "hub"], { because, cpu: 600 }]],
      [[["tenancy", "overcommit"], { cpu: 2 }]],
      [hosts("analysis-a", "eaf-node[001-020]"), hosts("analysis-b", "eaf-nodes[01-04]")],
    ],
  },
  "transformers-fit-their-quota": {
    site: "servicex: servicex",
    spoilt: [[["tenancy", "pins", "servicex"], { because, cpu: 12 }]],
    mended: [[[["tenancy", "pins", "servicex"], { because, cpu: 80 }]], [[["servicex", "transformers", "max"], 4]]],
  },
  "users-fit-the-hosts": {
    site: "fnal",
    spoilt: [users(900, 520)],
    mended: [
      [[["hub", "users", "concurrent"], 120]],
      [
        [["hub", "profiles", 0, "memory"], "2Gi"],
        [["hub", "profiles", 0, "cpu"], 1],
      ],
      [hosts("analysis-a", "eaf-node[001-030]"), hosts("analysis-b", "eaf-nodes[01-04]")],
    ],
  },
  "users-fit-the-hub-quota": {
    site: "fnal",
    spoilt: [[["tenancy", "pins", "hub"], { because, memory: "1100Gi" }]],
    mended: [
      [[["tenancy", "pins", "hub"], { because, memory: "2Ti" }]],
      [[["hub", "users", "concurrent"], 30]],
      [[["hub", "profiles", 0, "memory"], "2Gi"]],
    ],
  },
  "waivers-are-exact": {
    site: "fnal",
    spoilt: [
      [
        ["waivers"],
        [
          {
            rule: "no-host-paths",
            object: "PersistentVolume software",
            field: "spec.hostPath",
            allows: "/cvmfs",
            owner: "operators of the storage",
            reason: "the hosts mount it",
            ticket: "https://tickets.example.edu/1",
            until: "2027-06-30",
          },
        ],
      ],
    ],
    mended: [[[["waivers"], undefined]]],
    today: "2027-04-01",
  },
};

/** For each rule whose remedy names a key, and which no site file breaks: what the reading of the site file refuses already. */
export const REFUSED: Readonly<Record<string, Pick<Remedied, "site" | "spoilt">>> = {
  "address-pools-are-apart": {
    site: "platform.loadBalancer: metallb",
    spoilt: [[["platform", "loadBalancer", "pools", "further"], ["192.0.2.10/32"]]],
  },
  "ceph-keeps-quorum": { site: ceph, spoilt: [hosts("workers", "node[1-2]")] },
  "copies-fit-failure-domains": { site: ceph, spoilt: [[["storage", "failureDomain"], "rack"]] },
  "extended-resources-exist": { site: "fnal", spoilt: [[["hub", "profiles", 0, "devices"], { "nvidia.com/gpu": 1 }]] },
  "host-names-are-unique": { site: "fnal", spoilt: [[["hub", "host"], "dask.eaf.example.org"]] },
  "images-are-exact": { site: "fnal", spoilt: [[["hub", "image"], "registry.example.org/eaf/notebook:latest"]] },
  "load-balancer-addresses": {
    site: "hub.expose: address",
    spoilt: [[["platform", "loadBalancer", "pools", "public"], ["192.0.2.10/32"]]],
  },
  "load-balancers-have-addresses": {
    site: "hub.expose: address",
    spoilt: [[["platform", "loadBalancer", "pools", "public"], ["192.0.2.10/32"]]],
  },
  "object-users-have-a-quota": { site: "servicex: servicex", spoilt: [[["servicex", "objects"], undefined]] },
};

/** Why the remedies of all other rules are no edits of the site file. */
export const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  "the program writes the objects as the rule asks, whatever the site file says; the remedy is for other objects": [
    "admin-surfaces-stay-inside",
    "bindings-keep-their-namespace",
    "bindings-name-their-accounts",
    "cache-watermarks-fit-its-disks",
    "ceph-disks-are-named",
    "certificates-keep-to-their-service",
    "claims-name-a-usable-class",
    "containers-ask-for-resources",
    "daemons-fit-every-host",
    "disruption-budgets-allow-a-drain",
    "ephemeral-storage-fits-the-hosts",
    "exposed-pods-cannot-take-the-cluster",
    "homes-are-kept-and-can-grow",
    "ingresses-carry-no-code",
    "irreplaceable-things-are-protected",
    "limit-ranges-are-consistent",
    "namespaces-deny-by-default",
    "namespaces-have-defaults",
    "namespaces-have-quota",
    "namespaces-set-pod-security",
    "no-added-capabilities",
    "no-host-namespaces",
    "no-privileged-containers",
    "no-secret-literals",
    "nobody-is-cluster-admin",
    "nothing-is-fetched-at-start",
    "one-default-class",
    "pods-keep-off-control-planes",
    "pods-keep-their-isolation",
    "pods-keep-their-namespaces-level",
    "pods-pass-limit-ranges",
    "ports-are-unique",
    "priorities-follow-the-lattice",
    "quota-keys-are-real",
    "roles-give-no-escalation",
    "roles-have-no-wildcards",
    "rollouts-have-room",
    "routes-name-their-own-hosts",
    "routes-use-tls",
    "selectors-match-their-pods",
    "service-account-tokens-end",
    "services-open-no-host-ports",
    "signing-keys-have-one-reader",
    "spread-pods-have-domains",
    "tenants-cannot-take-platform-priorities",
    "tenants-keep-off-platform-hosts",
  ],
  "the facility's charts and descriptions decide it; the remedy is for who changes them": [
    "chart-sources-are-known",
    "charts-come-from-their-source",
    "connections-are-listed",
    "hub-files-are-known",
    "hub-login-is-the-sites",
    "images-come-from-known-sources",
    "kinds-are-known",
    "releases-are-described",
    "root-is-for-known-programs",
    "secret-values-are-credentials",
    "secrets-have-known-readers",
    "tokens-are-for-who-uses-them",
    "traefik-watches-listed-namespaces",
    "user-names-cannot-collide",
  ],
  "the pods of the facility tolerate the taints of the site file, and its Nodes are made from it": [
    "hosts-are-set-up-as-counted",
    "tainted-hosts-have-users",
  ],
  "the counts of a quota follow from its pods, and the page of object-counts-fit-users names their key": ["object-counts-stay-near-need"],
  "what to change depends on the site, and npm run -s plan says it, key by key; tests/tools/plan/capacity-advice.test.ts does it": [
    "placement-is-certain",
  ],
};
