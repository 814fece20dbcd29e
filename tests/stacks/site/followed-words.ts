/** What an operator writes into the site file. */
export type Edit = readonly (readonly [path: readonly (string | number)[], value: unknown])[];

/** For a case whose problem tells in words what to do: the words, and an edit that does each of them, word for word. */
export const FOLLOWED: Readonly<Record<string, readonly (readonly [words: RegExp, edit: Edit])[]>> = {
  "more running jobs than the access point has memory for": [
    [/allowed: 512 with/, [[["batch", "schedd", "limits", "jobsRunning"], 512]]],
    [/or raise that$/, [[["batch", "schedd", "memory"], "24Gi"]]],
  ],
  "taints on every pool of a use where the pods of a chart tolerate none": [
    [/leave one of these pools without taints/, [[["nodes", "x2200-32g", "taints"], []]]],
  ],
  "one address for two services": [[/give each service an address of its own/, [[["hub", "expose", "address"], "129.93.183.33"]]]],
  "two roles in one namespace": [[/give each role its own/, [[["tenancy", "names", "servicex"], "servicex"]]]],
  "disks in a pool that does not run ceph": [[/or drop its disks/, [[["storage", "devices", "masters"], undefined]]]],
  "nowhere for users": [[/add users to the runs of a pool/, [[["nodes", "supermicro-4u", "runs"], ["users"]]]]],
  "tokens for doors without TLS": [[/write the kind roots/, [[["data", "stores", "tier2", "doors", "protocols", 0, "kind"], "roots"]]]],
  "a signpost of jobs that leads to a cache that they do not reach": [
    [/tell that address/, [[["data", "cache", "address"], "129.93.183.36"]]],
    [/or leave this key out/, [[["data", "cache", "signpost"], undefined]]],
  ],
  "workers in an image of notebooks": [
    [
      /give cc-analysis-\.\.\. of the same tag/,
      [[["hub", "workerImage"], "hub.opensciencegrid.org/coffea-casa/cc-analysis-alma9:2026.08.12"]],
    ],
  ],
  "a share for the first profile": [[/remove this key/, [[["hub", "profiles", 0, "atOnce"], undefined]]]],
  "shares of profiles beyond all users": [
    [/lower one/, [[["hub", "profiles", 1, "atOnce"], 8]]],
    [/or raise the other/, [[["hub", "users", "concurrent"], 61]]],
  ],
  "a first profile that is not for everybody": [[/remove this key/, [[["hub", "profiles", 0, "groups"], undefined]]]],
  "a device that no host of users has": [
    [/give a pool that runs users such devices/, [[["nodes", "r710", "capacity", "devices"], { "nvidia.com/gpu": 1 }]]],
    [/or remove the key/, [[["hub", "profiles", 1, "devices"], undefined]]],
  ],
  "a profile with two sizes": [[/remove one of the two/, [[["hub", "profiles", 0, "fills"], undefined]]]],
  "a cluster of Dask that asks for more than the pool has": [
    [/lower the number of workers/, [[["hub", "dask", "workers", "max"], 1]]],
    [/or correct the pool's cores/, [[["batch", "pool", "cores"], 400]]],
  ],
  "a public name of ServiceX that nobody comes in by": [[/remove this key/, [[["servicex", "host"], undefined]]]],
  "workers in Apptainer whose schedulers are in users' pods": [
    [/allowed: docker if the pool runs that/, [[["batch", "workers"], "docker"]]],
  ],
  "a host in two pools": [[/remove one$/, [[["nodes", "extra", "hosts"], ["r[1-2]"]]]]],
  "an address outside every pool": [
    [/or widen af:platform\.loadBalancer$/, [[["platform", "loadBalancer", "pools", "more"], ["192.0.2.9/32"]]]],
  ],
  "a namespace that is not this project's": [
    [/choose another name/, [[["tenancy", "names", "hub"], "hub"]]],
    [
      /or take it off that list/,
      [
        [
          ["tenancy", "leaveAlone"],
          ["default", "kube-node-lease", "kube-public", "kube-system"],
        ],
      ],
    ],
  ],
  "more copies than failure domains": [
    [
      /add disks to further pools/,
      ["x2200-32g", "supermicro-4u"].flatMap((pool): Edit => [
        [
          ["nodes", pool, "runs"],
          ["ceph", "services"],
        ],
        [["storage", "devices", pool], [{ path: "/dev/disk/by-path/a", class: "hdd", size: "1Ti" }]],
      ]),
    ],
    [/or lower failureDomain/, [[["storage", "failureDomain"], "host"]]],
  ],
  "disks of two classes, and pools on whichever": [[/name one of them/, [[["storage", "deviceClass"], "hdd"]]]],
  "XRootD with TLS and without on one port": [
    [/write roots alone/, [[["data", "stores", "tier2", "doors", "protocols"], [{ kind: "roots" }]]]],
  ],
  "a protocol of doors twice": [[/list each protocol once/, [[["data", "stores", "tier2", "doors", "protocols"], [{ kind: "davs" }]]]]],
  "a redirector of doors that speak WebDAV alone": [
    [
      /list root or roots in the protocols/,
      [
        [
          ["data", "stores", "tier2", "doors", "protocols"],
          [{ kind: "davs", port: 1095 }, { kind: "roots" }],
        ],
      ],
    ],
    [/or leave it out/, [[["data", "stores", "tier2", "doors", "redirector"], undefined]]],
  ],
  "several cache hosts without a redirector": [
    [
      /tell a name and an address for each of the 2/,
      [
        [["platform", "loadBalancer", "pools", "more"], ["203.0.113.128/29"]],
        [
          ["data", "cache", "servers"],
          [
            { host: "cache1.example.edu", address: "203.0.113.129" },
            { host: "cache2.example.edu", address: "203.0.113.130" },
          ],
        ],
      ],
    ],
    [/or let one host run cache/, [[["nodes", "supermicro-1u", "hosts"], ["cache1"]]]],
  ],
  "a signpost at the address of the cache": [
    [/give each service an address of its own/, [[["data", "cache", "signpost", "address"], "129.93.183.38"]]],
  ],
  "a signpost of jobs without a pool": [[/leave this key out/, [[["data", "cache", "signpost"], undefined]]]],
  "a cache that asks first where it cannot: /answer under no one name of XRootD; set af:data\\.stores\\.tier2\\.doors\\.redirector/": [
    [
      /set af:data\.stores\.tier2\.doors\.redirector to their redirector/,
      [[["data", "stores", "tier2", "doors", "redirector"], { name: "doors.example.edu", address: "198.51.100.13" }]],
    ],
    [/or leave this key out/, [[["data", "cache", "local"], undefined]]],
  ],
  "a cache that asks first where it cannot: /the cache has a token, and the doors of tier2 take gsi alone/": [
    [
      /list none or tokens among their ways/,
      [[["data", "stores", "tier2", "doors", "protocols"], [{ kind: "roots", auth: ["tokens", "gsi"] }]]],
    ],
    [/or leave this key out/, [[["data", "cache", "local"], undefined]]],
  ],
  "notebooks in an image of workers": [
    [
      /give cc-dask-\.\.\. here, and this one as workerImage/,
      [
        [["hub", "image"], "registry.example.edu/casa/cc-dask-alma9:1.0"],
        [["hub", "workerImage"], "registry.example.edu/casa/cc-analysis-alma9:1.0"],
      ],
    ],
  ],
  "an image of workers without a pool": [[/remove this key/, [[["hub", "workerImage"], undefined]]]],
  "a check that reads a file where nobody can": [[/remove af:hub\.check$/, [[["hub", "check"], undefined]]]],
  "a profile without a size": [
    [/give a server its cpu/, [[["hub", "profiles", 0, "cpu"], 2]]],
    [/or say what it fills/, [[["hub", "profiles", 0], { name: "Analysis", fills: { pool: "r710", servers: 11 } }]]],
  ],
  "two events of one name": [[/give each its own/, [[["hub", "events", 1, "name"], "another"]]]],
  "a cache that takes tokens alone, where ServiceX reads through it": [
    [/tell the groups whose proxies the cache takes/, [[["data", "cache", "proxies"], { groups: ["/cms"], paths: ["/store"] }]]],
  ],
  "an experiment on another release than its image is built on": [
    [/give the release that the image is built on/, [[["skyhook", "cephMajor"], 19]]],
  ],
  "a version of Kubernetes that is too old for a chart": [[/upgrade the cluster/, [[["site", "kubernetes", "version"], "1.34"]]]],
  "a port for http on which no authority asks": [
    [/set 80/, [[["platform", "ingress", "ports", "http"], 80]]],
    [
      /or prove names by the solver rfc2136/,
      [[["platform", "certificates", "solver"], { kind: "rfc2136", nameserver: "129.93.1.1", tsigKeyName: "a" }]],
    ],
  ],
  "a hub whose challenge the hub itself would get": [
    [/set \{ kind: ingress \}/, [[["hub", "expose"], { kind: "ingress" }]]],
    [
      /or prove names by the solver rfc2136/,
      [[["platform", "certificates", "solver"], { kind: "rfc2136", nameserver: "129.93.1.1", tsigKeyName: "a" }]],
    ],
  ],
  "challenges at a site without Traefik": [
    [
      /prove names by the solver rfc2136/,
      [[["platform", "certificates", "solver"], { kind: "rfc2136", nameserver: "129.93.1.1", tsigKeyName: "a" }]],
    ],
  ],
  "the pool's own key as the facility's": [[/name a key of the facility's/, [[["batch", "schedd", "signingKey", "id"], "facility"]]]],
  "workers of another release than the notebooks of a profile": [
    [/allowed: the tag 2\.0/, [[["hub", "profiles", 1, "workerImage"], "registry.example.edu/casa/worker:2.0"]]],
  ],
  "a version of Kubernetes that is too new for a chart": [
    [/upgrade the cluster to a version that all of them run on/, [[["site", "kubernetes", "version"], "1.36"]]],
  ],
};
