import type { Case } from "./check-cases";

/** One case for each refusal of what a site says of the doors of its stores. */
export const DOOR_CASES: readonly Case[] = [
  {
    what: "a door inside the cluster",
    change: [[["data", "stores", "tier2", "doors", "hosts", 3, "address"], "10.244.7.1"]],
    path: "af:data.stores.tier2.doors.hosts[3].address",
    message: /10\.244\.7\.1 lies in 10\.244\.0\.0\/16 of af:site\.kubernetes\.podCidr; allowed: an address outside/,
  },
  {
    what: "a redirector of doors inside the cluster",
    change: [[["data", "stores", "tier2", "doors", "redirector"], { name: "all.example.edu", address: "10.244.7.1" }]],
    path: "af:data.stores.tier2.doors.redirector.address",
    message: /10\.244\.7\.1 lies in 10\.244\.0\.0\/16/,
  },
  {
    what: "tokens for doors without TLS",
    change: [[["data", "stores", "tier2", "doors", "protocols"], [{ kind: "root", auth: ["tokens"] }]]],
    path: "af:data.stores.tier2.doors.protocols[0].auth[0]",
    message: /found "tokens"; allowed: none or gsi, .* in clear text; write the kind roots if/,
  },
  {
    what: "doors that ask for nothing and for tokens",
    change: [
      [
        ["data", "stores", "tier2", "doors", "protocols", 0, "auth"],
        ["none", "tokens"],
      ],
    ],
    path: "af:data.stores.tier2.doors.protocols[0].auth",
    message: /allowed: none alone/,
  },
  {
    what: "a protocol of doors twice",
    change: [
      [
        ["data", "stores", "tier2", "doors", "protocols"],
        [{ kind: "davs" }, { kind: "davs", port: 1094 }],
      ],
    ],
    path: "af:data.stores.tier2.doors.protocols[1].kind",
    message: /davs is listed before/,
  },
  {
    what: "XRootD with TLS and without on one port",
    change: [
      [
        ["data", "stores", "tier2", "doors", "protocols"],
        [{ kind: "root" }, { kind: "roots" }],
      ],
    ],
    path: "af:data.stores.tier2.doors.protocols[1].port",
    message: /1094 is already the port of XRootD; write roots alone/,
  },
  {
    what: "a redirector of doors that speak WebDAV alone",
    change: [
      [["data", "stores", "tier2", "doors", "protocols"], [{ kind: "davs" }]],
      [["data", "stores", "tier2", "doors", "redirector"], { name: "all.example.edu", address: "198.51.100.99" }],
    ],
    path: "af:data.stores.tier2.doors.redirector",
    message: /list root or roots in the protocols/,
  },
  {
    what: "several cache hosts without a redirector",
    change: [
      [
        ["nodes", "supermicro-1u", "hosts"],
        ["cache1", "cache2"],
      ],
    ],
    path: "af:data.cache.servers",
    message: /2 hosts run cache, and without a redirector each would keep its own copy of every file; tell a name and an address for each/,
  },
  {
    what: "a signpost of jobs that leads to a cache that they do not reach",
    change: [[["data", "cache", "address"], undefined]],
    path: "af:data.cache.signpost",
    message: /^jobs are sent on to the cache, which only pods reach without af:data\.cache\.address; tell that address, or leave/,
  },
  {
    what: "a signpost at the address of the cache",
    change: [[["data", "cache", "signpost", "address"], "129.93.183.36"]],
    path: "af:data.cache.signpost.address",
    message: /129\.93\.183\.36 is already taken by af:data\.cache\.address/,
  },
  {
    what: "a signpost with the name of the cache itself",
    change: [[["data", "cache", "signpost", "domain"], "coffea.casa"]],
    path: "af:data.cache.signpost.domain",
    message: /xcache\.coffea\.casa is already the name of af:data\.cache\.host/,
  },
  {
    what: "a signpost of jobs without a pool",
    change: [[["batch"], { kind: "none" }]],
    path: "af:data.cache.signpost",
    message: /^only jobs of a pool need the name xcache outside of the cluster, and af:batch\.kind is none; leave this key out/,
  },
  ...(
    [
      ["tier3", [], /no such store; allowed: tier2/],
      ["tier2", [["redirector", undefined]], /answer under no one name of XRootD; set af:data\.stores\.tier2\.doors\.redirector/],
      ["tier2", [["protocols", [{ kind: "roots", auth: ["gsi"] }]]], /the cache has a token, and the doors of tier2 take gsi alone/],
    ] as const
  ).map(([store, changes, message]): Case => ({
    what: `a cache that asks first where it cannot: ${String(message)}`,
    change: [
      [["data", "cache", "local"], store],
      ...changes.map(([key, value]) => [["data", "stores", "tier2", "doors", key], value] as const),
    ],
    path: "af:data.cache.local",
    message,
  })),
];
