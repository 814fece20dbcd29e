import * as fs from "node:fs";
import { parse } from "yaml";
import type { Action } from "#af/changes/change";
import type { Effect } from "#af/changes/effects";
import { siteFile } from "#af/stacks/site/project";

/** The site whose file is edited. */
export const EDITED = "unl";

/** An edit of UNL's site file, as its operators make them, and what it is to be told as. */
export interface Edit {
  readonly title: string;
  /** Lines that become other lines: `from` stands exactly once in the file. */
  readonly lines: readonly { readonly from: string; readonly to: string }[];
  /** Settings that replace those of a whole concern. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Name of the file in `comments` that holds the comment of a pull request with this edit, which a person has read. */
  readonly comment?: string;
  /** The worst that people notice; undefined if nothing changes at all. */
  readonly worst: Effect | undefined;
  /** Text of refusals, if the change cannot be made. */
  readonly refused?: RegExp;
  /** Changes that are among those told: action and object, the effect, and words of what is told. */
  readonly told: readonly { readonly action: Action; readonly object: RegExp; readonly says?: RegExp; readonly lasting?: boolean }[];
}

/** The settings of UNL's file after an edit, for `parseSite`. */
export function edited({ lines, settings = {} }: Pick<Edit, "lines" | "settings">): Record<string, unknown> {
  let text = fs.readFileSync(siteFile(EDITED), "utf8");
  for (const { from, to } of lines) {
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`"${from}" stands ${parts.length - 1} times in the site file, not once`);
    text = parts.join(to);
  }
  const { config } = parse(text) as { config: Record<string, unknown> };
  return { ...Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^af:/, ""), value])), ...settings };
}

export const EDITS: readonly Edit[] = [
  {
    title: "a comment",
    comment: "nothing",
    lines: [{ from: "af:skyhook:\n", to: "af:skyhook: # none yet\n" }],
    worst: undefined,
    told: [],
  },
  { title: "the words of a title", lines: [{ from: "model: Dell R710", to: "model: Dell PowerEdge R710" }], worst: undefined, told: [] },
  {
    title: "a pool renamed",
    comment: "pool-renamed",
    lines: [{ from: "    x2200-24g:\n", to: "    old-x2200:\n" }],
    worst: "none",
    told: [
      { action: "delete", object: /^Node red-kube-c6921$/ },
      { action: "create", object: /^Node red-kube-c6921$/ },
    ],
  },
  {
    title: "larger homes",
    comment: "homes-larger",
    lines: [{ from: "homes: { kind: block, size: 10Gi,", to: "homes: { kind: block, size: 20Gi," }],
    worst: "pods restart",
    told: [{ action: "update", object: /^HelmRelease cmsaf-prod\/jupyterhub$/, says: /homes that exist keep 10Gi/ }],
  },
  {
    title: "a smaller database",
    comment: "database-smaller",
    lines: [{ from: "database: { size: 1Gi }", to: "database: { size: 512Mi }" }],
    worst: "pods restart",
    refused: /hub\.db\.pvc\.storage was 1Gi, is 512Mi; allowed: 1Gi or more/,
    told: [{ action: "update", object: /^HelmRelease cmsaf-prod\/jupyterhub$/ }],
  },
  {
    title: "a larger database",
    lines: [{ from: "database: { size: 1Gi }", to: "database: { size: 2Gi }" }],
    worst: "pods restart",
    told: [
      { action: "update", object: /^HelmRelease cmsaf-prod\/jupyterhub$/, says: /grows from 1Gi to 2Gi and cannot shrink/, lasting: true },
    ],
  },
  {
    title: "a larger spool of the access point",
    comment: "spool-larger",
    lines: [{ from: "spool: 100Gi", to: "spool: 200Gi" }],
    worst: "pods restart",
    told: [{ action: "replace", object: /^StatefulSet htcondor\/schedd$/, says: /claims that exist keep 100Gi/ }],
  },
  {
    title: "a smaller spool of the access point",
    lines: [{ from: "spool: 100Gi", to: "spool: 50Gi" }],
    worst: "pods restart",
    refused: /was 100Gi, is 50Gi/,
    told: [{ action: "replace", object: /^StatefulSet htcondor\/schedd$/ }],
  },
  {
    title: "another image of the access point",
    lines: [{ from: "submit:25.0.13-el9", to: "submit:25.0.14-el9" }],
    worst: "pods restart",
    told: [{ action: "update", object: /^StatefulSet htcondor\/schedd$/, says: /its pods restart/ }],
  },
  {
    title: "a new signing key beside the one before",
    lines: [
      { from: "spool: 100Gi", to: 'signingKey: { id: facility-2, previous: { id: facility, until: "2031-01-31" } }\n      spool: 100Gi' },
    ],
    worst: "pods restart",
    told: [
      { action: "update", object: /^StatefulSet htcondor\/schedd$/, says: /^its pods restart$/ },
      { action: "update", object: /^HelmRelease cmsaf-prod\/jupyterhub$/, says: /log-ins and starts of servers wait/ },
    ],
  },
  {
    title: "a new signing key in place of the one before",
    lines: [{ from: "spool: 100Gi", to: "signingKey: { id: facility-2 }\n      spool: 100Gi" }],
    worst: "user sessions cut",
    told: [
      {
        action: "update",
        object: /^StatefulSet htcondor\/schedd$/,
        says: /tokens of the signing key facility are refused .*signingKey\.previous/,
      },
    ],
  },
  {
    title: "a new profile",
    comment: "profile-new",
    lines: [{ from: "    homes: {", to: "      - { name: Small, cpu: 1, memory: 4Gi }\n    homes: {" }],
    worst: "pods restart",
    told: [{ action: "update", object: /^HelmRelease cmsaf-prod\/jupyterhub$/, says: /log-ins and starts of servers wait/ }],
  },
  {
    title: "a shorter time until idle servers end",
    lines: [{ from: "idleHours: 336", to: "idleHours: 24" }],
    worst: "pods restart",
    told: [{ action: "update", object: /^HelmRelease cmsaf-prod\/jupyterhub$/ }],
  },
  {
    title: "a host gone",
    comment: "host-gone",
    lines: [{ from: "red-kube-c6925, red-kube-c6926]", to: "red-kube-c6925]" }],
    worst: "none",
    told: [{ action: "delete", object: /^Node red-kube-c6926$/, says: /kubectl drain red-kube-c6926/ }],
  },
  {
    title: "a new host",
    lines: [{ from: "red-kube-c6925, red-kube-c6926]", to: "red-kube-c6925, red-kube-c6926, red-kube-c6940]" }],
    worst: "none",
    told: [{ action: "create", object: /^Node red-kube-c6940$/ }],
  },
  {
    title: "a host of Ceph gone",
    comment: "ceph-host-gone",
    lines: [{ from: "red-kube-c0728, red-kube-c0730]", to: "red-kube-c0728]" }],
    worst: "data at risk",
    told: [{ action: "update", object: /^CephCluster rook-ceph\/rook-ceph$/, says: /leaves the OSD/, lasting: true }],
  },
  {
    title: "a disk of Ceph gone",
    lines: [{ from: "        - { path: /dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:2:0, class: hdd, size: 2Ti }\n", to: "" }],
    worst: "data at risk",
    told: [{ action: "update", object: /^CephCluster rook-ceph\/rook-ceph$/, says: /leaves the OSD/, lasting: true }],
  },
  {
    title: "more copies",
    lines: [{ from: "    replicas: 3\n    blockClass", to: "    replicas: 4\n    blockClass" }],
    worst: "none",
    told: [{ action: "update", object: /^CephBlockPool / }],
  },
  {
    title: "another name of the class",
    comment: "class-renamed",
    lines: [{ from: "blockClass: rook-ceph-block", to: "blockClass: ceph-rbd" }],
    worst: "pods restart",
    refused: /another class of a claim[^]*StorageClass rook-ceph-block is protected/,
    told: [{ action: "replace", object: /^StorageClass ceph-rbd$/ }],
  },
  {
    title: "Traefik at another address",
    comment: "traefik-moved",
    lines: [
      { from: "      address: 129.93.183.29\n", to: "      address: 129.93.183.34\n" },
      { from: "public: [129.93.183.29/32", to: "public: [129.93.183.34/32" },
    ],
    worst: "Dask connections cut",
    told: [{ action: "update", object: /^HelmRelease traefik\/traefik$/, says: /129\.93\.183\.29 becomes 129\.93\.183\.34/ }],
  },
  {
    title: "the hub at another address",
    lines: [
      { from: "expose: { kind: address, address: 129.93.183.33 }", to: "expose: { kind: address, address: 129.93.183.37 }" },
      { from: "129.93.183.33/32", to: "129.93.183.37/32" },
    ],
    worst: "user sessions cut",
    told: [{ action: "update", object: /^HelmRelease cmsaf-prod\/jupyterhub$/, says: /129\.93\.183\.33 becomes 129\.93\.183\.37/ }],
  },
  {
    title: "the hub under another name",
    lines: [{ from: "    host: cmsaf-jh.unl.edu\n", to: "    host: hub.unl.edu\n" }],
    worst: "pods restart",
    told: [{ action: "update", object: /^HelmRelease cmsaf-prod\/jupyterhub$/ }],
  },
  {
    title: "more pods of Traefik",
    lines: [{ from: "      replicas: 2\n", to: "      replicas: 3\n" }],
    worst: "none",
    told: [{ action: "update", object: /^HelmRelease traefik\/traefik$/ }],
  },
  {
    title: "a larger disk of the cache",
    lines: [{ from: "disks: [{ path: /mnt/xcache0, size: 2Ti }]", to: "disks: [{ path: /mnt/xcache0, size: 3Ti }]" }],
    worst: "pods restart",
    told: [{ action: "delete", object: /^PersistentVolume /, says: /fetched from its origin again/ }],
  },
  {
    title: "more memory of the cache",
    lines: [{ from: "      memory: 16Gi\n      address", to: "      memory: 24Gi\n      address" }],
    worst: "pods restart",
    told: [{ action: "update", object: /^StatefulSet / }],
  },
  {
    title: "a door more",
    lines: [
      {
        from: "            - { name: door12.example.edu, address: 198.51.100.12 }\n",
        to: "            - { name: door12.example.edu, address: 198.51.100.12 }\n            - { name: door13.example.edu, address: 198.51.100.13 }\n",
      },
    ],
    worst: "pods restart",
    told: [{ action: "update", object: /^(EndpointSlice|NetworkPolicy) / }],
  },
  {
    title: "metrics kept longer",
    lines: [{ from: "retention: 30d", to: "retention: 60d" }],
    worst: "pods restart",
    told: [{ action: "update", object: /^HelmRelease .*kube-prometheus-stack$|^HelmRelease monitoring\// }],
  },
  {
    title: "ServiceX gone",
    lines: [],
    settings: { servicex: { kind: "none" } },
    worst: "data at risk",
    told: [{ action: "delete", object: /^Namespace / }],
  },
  {
    title: "a taint on user hosts",
    comment: "taint",
    lines: [
      {
        from: "      rack: c69\n      runs: [users]\n    supermicro-1u",
        to: "      rack: c69\n      runs: [users]\n      taints: [{ key: maintenance, effect: NoExecute }]\n    supermicro-1u",
      },
    ],
    worst: "user sessions cut",
    told: [{ action: "update", object: /^Node red-kube-c6927$/, says: /ended at once/ }],
  },
  {
    title: "the hub's namespace renamed",
    lines: [{ from: "names: { hub: cmsaf-prod }", to: "names: { hub: cmsaf-new }" }],
    worst: "data at risk",
    refused: /Namespace cmsaf-prod is protected/,
    told: [{ action: "replace", object: /^Namespace cmsaf-new$/ }],
  },
  {
    title: "less memory of Prometheus' volume",
    lines: [{ from: "volume: 100Gi", to: "volume: 50Gi" }],
    worst: "pods restart",
    refused: /was 100Gi, is 50Gi/,
    told: [{ action: "update", object: /^HelmRelease monitoring\// }],
  },
  {
    title: "an address more to give out",
    comment: "address-more",
    lines: [{ from: "public: [129.93.183.29/32", to: "public: [129.93.183.40/32, 129.93.183.29/32" }],
    worst: "none",
    told: [{ action: "update", object: /^IPAddressPool / }],
  },
];
