import type { Case } from "./check-cases";

/** One case for each refusal of images, sizes and limits of servers that the site cannot have. */
export const HUB_CASES: readonly Case[] = [
  {
    what: "notebooks in an image of workers",
    change: [[["hub", "image"], "registry.example.edu/casa/cc-analysis-alma9:1.0"]],
    path: "af:hub.image",
    message: /is an image of workers, in which no notebook starts; give cc-dask-/,
  },
  {
    what: "workers in an image of notebooks",
    change: [[["hub", "workerImage"], undefined]],
    path: "af:hub.workerImage",
    message: /is an image of notebooks, in which no worker starts; give cc-analysis-/,
  },
  {
    what: "workers of another release than the notebooks of a profile",
    change: [
      [["hub", "profiles", 1, "image"], "registry.example.edu/casa/notebook:2.0"],
      [["hub", "profiles", 1, "workerImage"], "registry.example.edu/casa/worker:1.0"],
    ],
    path: "af:hub.profiles[1].workerImage",
    message: /worker:1\.0 is not of the same release as .*notebook:2\.0; allowed: the tag 2\.0/,
  },
  {
    what: "an image of workers without a pool",
    change: [[["batch"], { kind: "none" }]],
    path: "af:hub.workerImage",
    message: /no pool in which workers run; remove this key/,
  },
  {
    what: "a check that reads a file where nobody can",
    change: [
      [["hub", "check"], { file: "/store/test/known" }],
      [["data", "check"], undefined],
      [["data", "cache"], { kind: "none" }],
      [["data", "stores", "tier2", "doors", "protocols"], [{ kind: "davs" }]],
      [["data", "stores", "tier2", "doors", "redirector"], undefined],
    ],
    path: "af:hub.check.file",
    message: /neither a cache nor a store that speaks XRootD.*remove af:hub\.check/,
  },
  {
    what: "a share for the first profile",
    change: [[["hub", "profiles", 0, "atOnce"], 3]],
    path: "af:hub.profiles[0].atOnce",
    message: /takes what the others leave; remove/,
  },
  {
    what: "shares of profiles beyond all users",
    change: [[["hub", "profiles", 1, "atOnce"], 61]],
    path: "af:hub.profiles",
    message: /add up to 61 servers, but af:hub\.users\.concurrent is 60/,
  },
  {
    what: "a profile without a size",
    change: [[["hub", "profiles", 0, "cpu"], undefined]],
    path: "af:hub.profiles[0].cpu",
    message: /missing; give a server its cpu, or say what it fills/,
  },
  {
    what: "a profile with two sizes",
    change: [[["hub", "profiles", 0, "fills"], { pool: "r710", servers: 11 }]],
    path: "af:hub.profiles[0].memory",
    message: /fills already decides it; remove one of the two/,
  },
  {
    what: "a profile that fills a pool without users",
    change: [[["hub", "profiles", 0], { name: "x", fills: { pool: "masters", servers: 11 } }]],
    path: "af:hub.profiles[0].fills.pool",
    message: /no pool of that name runs users; allowed: r710/,
  },
  {
    what: "a first profile that is not for everybody",
    change: [[["hub", "profiles", 0, "groups"], ["/cms"]]],
    path: "af:hub.profiles[0].groups",
    message: /the first profile is everybody's default; remove/,
  },
  {
    what: "a ceiling of nothing",
    change: [[["hub", "ceilings"], [{ group: "/cms" }]]],
    path: "af:hub.ceilings[0]",
    message: /allowed: servers, memory or both/,
  },
  {
    what: "a device that no host of users has",
    change: [[["hub", "profiles", 1, "devices"], { "nvidia.com/gpu": 1 }]],
    path: "af:hub.profiles[1].devices.nvidia.com/gpu",
    message: /found 1, and a host that runs users has 0; give a pool that runs users such devices in capacity\.devices, or remove/,
  },
  {
    what: "more devices than a host has",
    change: [
      [["nodes", "r710", "capacity", "devices"], { "nvidia.com/gpu": 2 }],
      [["hub", "profiles", 1, "devices"], { "nvidia.com/gpu": 3 }],
    ],
    path: "af:hub.profiles[1].devices.nvidia.com/gpu",
    message: /found 3, and a host that runs users has 2; allowed: at most 2/,
  },
  {
    what: "a device with a name of Kubernetes itself",
    change: [[["nodes", "r710", "capacity", "devices"], { "kubernetes.io/gpu": 2 }]],
    path: "af:nodes.r710.capacity.devices.kubernetes.io/gpu",
    message: /allowed: a name that a device plugin registers/,
  },
  {
    what: "an event for a size that nobody is offered",
    change: [[["hub", "events"], [{ name: "tutorial", until: "2031-01-31", servers: [{ profile: "Huge", count: 1 }] }]]],
    path: "af:hub.events[0].servers[0].profile",
    message: /^found Huge; allowed: a name of af:hub\.profiles: Analysis, /,
  },
  {
    what: "two events of one name",
    change: [
      [["hub", "events"], [1, 2].map((count) => ({ name: "tutorial", until: "2031-01-31", servers: [{ profile: "Analysis", count }] }))],
    ],
    path: "af:hub.events[1].name",
    message: /^tutorial is the name of another event already/,
  },
  {
    what: "more users than there are people for",
    change: [[["hub", "users", "registered"], 1_000_001]],
    path: "af:hub.users.registered",
    message: /found 1000001; allowed: 1 to 1000000/,
  },
  {
    what: "more servers than users",
    change: [[["hub", "users", "registered"], 59]],
    path: "af:hub.users.concurrent",
    message: /60 servers at once, but only 59 users/,
  },
];
