import type { Case } from "./check-cases";

/** Cases of settings that one service needs to agree with each other, with its charts, or with what it is given from outside. */
export const SERVICE_CASES: readonly Case[] = [
  {
    what: "a cache that takes tokens alone, where ServiceX reads through it",
    change: [[["data", "cache", "proxies"], undefined]],
    path: "af:data.cache.proxies",
    message: /transformers have X\.509 proxies alone; tell the groups/,
  },
  {
    what: "an experiment on another release than its image is built on",
    change: [
      [
        ["skyhook"],
        {
          kind: "experimental",
          image: "r.example.edu:5000/ceph:v19.2.3",
          cephMajor: 20,
          objectClass: "arrow",
          pool: "supermicro-4u",
          devices: [{ path: "/dev/disk/by-path/a", class: "hdd", size: "1Ti" }],
        },
      ],
    ],
    path: "af:skyhook.cephMajor",
    message: /image's tag says release 19/,
  },
  {
    what: "a version of Kubernetes that is too old for a chart",
    change: [[["site", "kubernetes", "version"], "1.30"]],
    path: "af:site.kubernetes.version",
    message: /found 1\.30, and chart rook-ceph runs on 1\.31 to 1\.36/,
  },
  {
    what: "a version of Kubernetes that is too new for a chart",
    change: [[["site", "kubernetes", "version"], "1.37"]],
    path: "af:site.kubernetes.version",
    message: /chart rook-ceph runs on 1\.31 to 1\.36/,
  },
  {
    what: "a port for http on which no authority asks",
    change: [
      [["platform", "certificates", "solver"], { kind: "http01" }],
      [["platform", "ingress", "ports", "http"], 8080],
    ],
    path: "af:platform.ingress.ports.http",
    message: /^an authority asks for its challenge on port 80/,
  },
  ...(["dask", "daskWorker"] as const).map((name) => ({
    what: `another public port than the one that the images dial and announce: ${name}`,
    change: [[["platform", "ingress", "ports", name], 9786]] as const,
    path: `af:platform.ingress.ports.${name}`,
    message: /^found 9786, and programs of the images dial and announce .*; allowed: 878\d$/,
  })),
  {
    what: "a hub whose challenge the hub itself would get",
    change: [[["platform", "certificates", "solver"], { kind: "http01" }]],
    path: "af:hub.expose",
    message: /port 80 of .* leads to the hub and not to Traefik/,
  },
  {
    what: "challenges at a site without Traefik",
    change: [
      [["platform", "certificates", "solver"], { kind: "http01" }],
      [["platform", "ingress"], { kind: "routes", router: "router.example.edu" }],
    ],
    path: "af:platform.certificates.solver.kind",
    message: /Traefik, which this site has not/,
  },
  {
    what: "a server for the self check inside the cluster",
    change: [[["platform", "certificates", "solver", "selfCheck"], { nameservers: ["10.96.0.10"] }]],
    path: "af:platform.certificates.solver.selfCheck.nameservers[0]",
    message: /outside of the cluster's networks/,
  },
  {
    what: "an overlap of a signing key with itself",
    change: [[["batch", "schedd", "signingKey"], { previous: { id: "facility", until: "2031-01-31" } }]],
    path: "af:batch.schedd.signingKey.previous.id",
    message: /^found facility, which signs; allowed: the id of another key/,
  },
  {
    what: "the pool's own key as the facility's",
    change: [[["batch", "schedd", "signingKey"], { id: "Pool" }]],
    path: "af:batch.schedd.signingKey.id",
    message: /never enters Kubernetes/,
  },
  {
    what: "a signing key whose id is two steps of a path of Pulumi",
    change: [[["batch", "schedd", "signingKey"], { id: "facility.2" }]],
    path: "af:batch.schedd.signingKey.id",
    message: /allowed: letters, digits, `_` and `-`, such as facility-2/,
  },
  {
    what: "a cluster of Dask that asks for more than the pool has",
    change: [
      [["platform", "loadBalancer", "pools", "more"], ["203.0.113.128/29"]],
      [["batch", "pool", "cores"], 399],
      [
        ["hub", "dask"],
        {
          kind: "gateway",
          host: "dask.example.edu",
          address: "203.0.113.129",
          clusters: { atOnce: 1 },
          workers: { image: "r.example.edu/worker:1.0", max: 200, cpu: 2 },
          backend: { kind: "htcondor", class: "site.Backend", image: "r.example.edu/gateway:1.0" },
        },
      ],
    ],
    path: "af:hub.dask.workers.max",
    message: /200 workers of 2 CPU make 400 cores, and af:batch\.pool\.cores is 399/,
  },
  {
    what: "accounts of ServiceX without a public name",
    change: [[["servicex", "host"], undefined]],
    path: "af:servicex.host",
    message: /missing/,
  },
  {
    what: "a public name of ServiceX that nobody comes in by",
    change: [[["servicex", "auth"], { kind: "internal" }]],
    path: "af:servicex.host",
    message: /remove this key|remove the key|remove it/,
  },
];
