import assert from "node:assert/strict";
import { changed } from "../../policies/manifests";
import { problemsOf } from "../../support/site-problems";
import { CASES, whole } from "./check-cases";

type Settings = Readonly<Record<string, unknown>>;
type Edit = readonly (readonly [path: readonly (string | number)[], value: unknown])[];

/** For a case whose problem tells in words what to do: the words, and an edit that does each of them, word for word. */
const FOLLOWED: Readonly<Record<string, readonly (readonly [words: RegExp, edit: Edit])[]>> = {
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
};

describe("the ways out that problems of a site file tell in words", () => {
  const edited = (settings: Settings, edit: Edit): Settings =>
    edit.reduce<Settings>((tree, [path, value]) => changed(tree, path, value), settings);

  for (const [what, ways] of Object.entries(FOLLOWED))
    it(`end the problem: ${what}`, () => {
      const spoilt = CASES.find((each) => each.what === what) ?? assert.fail("there is no such case");
      const settings = edited(whole ?? assert.fail("no site has every service"), spoilt.change);
      const before = problemsOf(settings);
      const told = before.filter(({ message }) => spoilt.message.test(message));
      assert.ok(told.length > 0);
      for (const [words, edit] of ways) {
        assert.ok(
          told.some(({ message }) => words.test(message)),
          String(words),
        );
        const left = problemsOf(edited(settings, edit)).filter(
          ({ path, message }) => spoilt.message.test(message) || !before.some((each) => each.path === path && each.message === message),
        );
        assert.deepEqual(left, [], String(words));
      }
    });
});
