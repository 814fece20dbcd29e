import { DOOR_CASES } from "./door-cases";
import { EXPERIMENT_CASES } from "./experiment-cases";
import { HUB_CASES } from "./hub-cases";
import { SERVICE_CASES } from "./service-cases";
import { siteConfig, SITES } from "../../support/site-config";

/** A whole site to spoil: the first one of the project that has every service. */
export const whole = SITES.map(siteConfig).find(
  (config) => JSON.stringify(config).includes('"servicex"') && JSON.stringify(config).includes('"rgw"'),
);

/** A change of a whole site, and the problem that it makes. */
export interface Case {
  readonly what: string;
  readonly change: readonly (readonly [path: readonly (string | number)[], value: unknown])[];
  readonly path: string;
  readonly message: RegExp;
}

/** One case for each check between concerns, and for each refusal of a schema that looks at two keys. */
export const CASES: readonly Case[] = [
  {
    what: "more running jobs than the access point has memory for",
    change: [
      [["batch", "schedd", "limits"], { jobsRunning: 12000 }],
      [["batch", "schedd", "memory"], "1Gi"],
    ],
    path: "af:batch.schedd.limits.jobsRunning",
    message: /12000 running jobs need .* allowed: 512 with the 1Gi of af:batch.schedd.memory, or raise that/,
  },
  {
    what: "workers in Apptainer whose schedulers are in users' pods",
    change: [[["batch", "workers"], "apptainer"]],
    path: "af:batch.workers",
    message:
      /^found apptainer, and with af:hub\.dask\.kind sni .* docker universe; allowed: docker if .* or set af:hub\.dask to \{ kind: gateway/,
  },
  {
    what: "taints on every pool of a use where the pods of a chart tolerate none",
    change: [[["nodes", "x2200-32g", "taints"], [{ key: "example.edu/services" }]]],
    path: "af:nodes.x2200-32g.taints",
    message:
      /servicex gives its pods no tolerations, and every pool that runs services has a taint, this one example.edu\/services; leave one/,
  },
  {
    what: "a host in two pools",
    change: [
      [["nodes", "extra"], { model: "x", hosts: ["r[1-2]", "r1"], capacity: { cpu: 1, memory: "1Gi" }, rack: "a", runs: ["users"] }],
    ],
    path: "af:nodes.extra.hosts[1]",
    message: /r1 is twice in pool extra/,
  },
  {
    what: "masters that run something else",
    change: [
      [
        ["nodes", "masters", "runs"],
        ["control-plane", "users"],
      ],
    ],
    path: "af:nodes.masters.runs",
    message: /control-plane alone/,
  },
  {
    what: "a bracket that counts down",
    change: [[["nodes", "masters", "hosts"], ["vm[3-1]"]]],
    path: "af:nodes.masters.hosts[0]",
    message: /count up/,
  },
  {
    what: "an address outside every pool",
    change: [[["hub", "expose", "address"], "192.0.2.9"]],
    path: "af:hub.expose.address",
    message: /192\.0\.2\.9 lies in no address pool; allowed: an address of 129\.93/,
  },
  {
    what: "one address for two services",
    change: [[["hub", "expose", "address"], "129.93.183.29"]],
    path: "af:hub.expose.address",
    message: /already taken by af:platform\.ingress\.address/,
  },
  {
    what: "address pools that overlap",
    change: [[["platform", "loadBalancer", "pools", "more"], ["129.93.183.32/30"]]],
    path: "af:platform.loadBalancer.pools.more[0]",
    message: /overlaps 129\.93\.183\.33\/32 of pools\.public\.1/,
  },
  {
    what: "pod and service networks that overlap",
    change: [[["site", "kubernetes", "podCidr"], "10.96.0.0/16"]],
    path: "af:site.kubernetes.serviceCidr",
    message: /networks must be apart/,
  },
  {
    what: "hosts inside the pod network",
    change: [
      [
        ["site", "kubernetes", "hostCidrs"],
        ["172.16.0.0/24", "10.244.9.0/24"],
      ],
    ],
    path: "af:site.kubernetes.hostCidrs[1]",
    message: /10\.244\.9\.0\/24 overlaps 10\.244\.0\.0\/16 of af:site\.kubernetes\.podCidr/,
  },
  {
    what: "a pool of addresses inside the pod network",
    change: [[["platform", "loadBalancer", "pools", "more"], ["10.244.3.0/24"]]],
    path: "af:platform.loadBalancer.pools.more[0]",
    message: /overlaps 10\.244\.0\.0\/16/,
  },
  {
    what: "two entry points on one port",
    change: [[["platform", "ingress", "ports", "daskWorker"], 443]],
    path: "af:platform.ingress.ports.daskWorker",
    message: /443 is already the port of https/,
  },
  {
    what: "a namespace that is not this project's",
    change: [[["tenancy", "names", "hub"], "dev"]],
    path: "af:tenancy.names.hub",
    message: /listed in af:tenancy\.leaveAlone/,
  },
  {
    what: "two roles in one namespace",
    change: [[["tenancy", "names", "servicex"], "monitoring"]],
    path: "af:tenancy.names.servicex",
    message: /already the namespace of monitoring/,
  },
  {
    what: "a name for a namespace that the site has not",
    change: [[["tenancy", "names", "skyhook"], "sky"]],
    path: "af:tenancy.names.skyhook",
    message: /no part of this site runs in a namespace of that role; allowed: flux/,
  },
  {
    what: "a pinned quota for a namespace that the site has not",
    change: [[["tenancy", "pins"], { skyhook: { because: "a test", pods: 5 } }]],
    path: "af:tenancy.pins.skyhook",
    message: /no part of this site runs in a namespace of that role/,
  },
  {
    what: "a pinned quota without a reason",
    change: [[["tenancy", "pins"], { hub: { pods: 5 } }]],
    path: "af:tenancy.pins.hub.because",
    message: /found nothing; allowed: string/,
  },
  {
    what: "disks in a pool that does not exist",
    change: [[["storage", "devices", "ghosts"], [{ path: "/dev/disk/by-id/a", class: "hdd", size: "1Ti" }]]],
    path: "af:storage.devices.ghosts",
    message: /no such pool; allowed: masters/,
  },
  {
    what: "one disk for many hosts",
    change: [[["storage", "devices", "r710", 0, "path"], "/dev/disk/by-id/wwn-1"]],
    path: "af:storage.devices.r710[0].path",
    message: /wwn-1 is one disk, and pool r710 has 4 hosts; allowed: a path by the slot/,
  },
  {
    what: "a monitor of somebody else's Ceph inside the cluster",
    change: [
      [
        ["storage"],
        {
          kind: "external",
          fsid: "797f411a-aafe-11ec-a254-fa163e1539f5",
          monitors: { hosts: [{ name: "a", address: "10.96.0.10" }] },
          block: { pool: "af" },
        },
      ],
    ],
    path: "af:storage.monitors.hosts[0].address",
    message: /10\.96\.0\.10 lies in 10\.96\.0\.0\/12 of af:site\.kubernetes\.serviceCidr/,
  },
  {
    what: "a name server that is an address of a load balancer",
    change: [[["platform", "certificates", "solver", "nameserver"], "129.93.183.29"]],
    path: "af:platform.certificates.solver.nameserver",
    message: /lies in 129\.93\.183\.29\/32 of af:platform\.loadBalancer\.pools\.public\[0\]/,
  },
  {
    what: "disks in a pool that does not run ceph",
    change: [[["storage", "devices", "masters"], [{ path: "/dev/disk/by-id/a", class: "hdd", size: "1Ti" }]]],
    path: "af:storage.devices.masters",
    message: /does not run ceph/,
  },
  {
    what: "more copies than failure domains",
    change: [[["storage", "failureDomain"], "rack"]],
    path: "af:storage.replicas",
    message: /3 copies need as many failure domains \(rack\), and the disks are in 1/,
  },
  {
    what: "too few hosts for the mons",
    change: [[["nodes", "r710", "hosts"], ["red-kube-c0724"]]],
    path: "af:storage.devices",
    message: /three mons need three hosts/,
  },
  { what: "nowhere for users", change: [[["hub", "host"], "a.b"], ...usersGone()], path: "af:nodes", message: /no pool runs users/ },
  {
    what: "one host name for two services",
    change: [[["servicex", "host"], "s3.coffea.casa"]],
    path: "af:storage.objectStore.host",
    message: /already the name of af:servicex\.host/,
  },
  {
    what: "disks of two classes, and pools on whichever",
    change: [
      [["storage", "devices", "r710", 0, "class"], "ssd"],
      [["storage", "objectStore", "deviceClass"], "hdd"],
    ],
    path: "af:storage.deviceClass",
    message: /classes ssd, hdd; name one of them/,
  },
  {
    what: "objects on disks of a class that there is not",
    change: [[["storage", "objectStore", "deviceClass"], "nvme"]],
    path: "af:storage.objectStore.deviceClass",
    message: /no disk is of the class nvme; allowed: hdd/,
  },
  ...EXPERIMENT_CASES,
  ...DOOR_CASES,
  ...HUB_CASES,
  ...SERVICE_CASES,
  {
    what: "a secret value in the settings",
    change: [[["hub", "clientSecret"], "s3cr3t"]],
    path: "af:hub.clientSecret",
    message: /unknown key/,
  },
];

function usersGone(): Case["change"] {
  const nodes = (whole?.["nodes"] ?? {}) as Record<string, { runs: string[] }>;
  return Object.keys(nodes)
    .filter((pool) => nodes[pool]?.runs.includes("users"))
    .map((pool) => [["nodes", pool, "runs"], ["ceph"]] as const);
}
