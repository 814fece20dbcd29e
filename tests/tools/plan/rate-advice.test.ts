import assert from "node:assert/strict";
import { parseSite } from "#af/stacks/site/parse";
import { changeSentence, dataRatesOf, type DataRates } from "#af/tools/plan/rates";
import { siteConfig, spoilt } from "../../support/site-config";
import { followed } from "./follow";

type Config = Record<string, unknown>;
type Change = readonly [path: readonly (string | number)[], value: unknown];

const fastCaches: Change = [["nodes", "supermicro-1u", "rates"], { nic: "400Gb/s", diskRead: "100GB/s", diskWrite: "100GB/s" }];
const noBatch: readonly Change[] = [
  [["batch"], { kind: "none" }],
  [["hub", "dask"], { kind: "none" }],
];
const slowHosts: readonly Change[] = [
  [["nodes", "analysis-a", "rates"], { nic: "1Gb/s" }],
  [["nodes", "analysis-b", "rates"], { nic: "1Gb/s" }],
  [["data", "stores", "lpc-eos", "doors", "rates"], { door: "100Gb/s" }],
];
/** A second pool of caches: the disks of the site file are those of every cache. */
const twoPools: readonly Change[] = [
  [
    ["nodes", "x2200-32g", "runs"],
    ["services", "cache"],
  ],
  [["nodes", "x2200-32g", "rates"], { nic: "10Gb/s", diskRead: "100MB/s", diskWrite: "100MB/s" }],
  [["platform", "loadBalancer", "pools", "caches"], ["192.0.2.0/28"]],
  [["data", "cache", "servers"], [1, 2, 3, 4].map((number) => ({ host: `cache${number}.example.edu`, address: `192.0.2.${number}` }))],
];

/** Sites where some stage of the way is short, by the stage, with a key that the advice has to name. */
const SITES: Readonly<Record<string, { readonly site: string; readonly changes: readonly Change[]; readonly about: RegExp }>> = {
  "disks of the caches": {
    site: "unl",
    changes: [],
    about: /data\.cache\.disks: 8 instead of 1\).*nodes\.supermicro-1u\.hosts.*data\.cache\.servers/s,
  },
  "ports of the caches": {
    site: "unl",
    changes: [[["nodes", "supermicro-1u", "rates"], { nic: "1Gb/s", diskRead: "10GB/s", diskWrite: "10GB/s" }]],
    about: /nodes\.supermicro-1u\.rates\.nic/,
  },
  "disks of caches in two pools": { site: "unl", changes: twoPools, about: /data\.cache\.servers/ },
  "link of the doors": {
    site: "unl",
    changes: [fastCaches, [["data", "stores", "tier2", "doors", "rates"], { door: "10Gb/s", link: "1Gb/s" }]],
    about: /data\.stores\.tier2\.doors\.rates\.link.*data\.analysis\.hits/s,
  },
  doors: {
    site: "unl",
    changes: [fastCaches, [["data", "stores", "tier2", "doors", "rates"], { door: "1Gb/s", link: "400Gb/s" }]],
    about: /data\.stores\.tier2\.doors\.hosts/,
  },
  "link to the workers": {
    site: "unl",
    changes: [fastCaches, [["batch", "pool", "network"], { coresPerHost: 8, nic: "25Gb/s", link: "10Gb/s" }]],
    about: /batch\.pool\.network\.link/,
  },
  "ports of the workers": {
    site: "unl",
    changes: [fastCaches, [["batch", "pool", "network"], { coresPerHost: 8, nic: "10Mb/s", link: "400Gb/s" }]],
    about: /batch\.pool\.network\.nic/,
  },
  cores: {
    site: "unl",
    changes: [fastCaches, [["data", "analysis"], { cores: 20, perCore: "12.5MB/s", hits: 0.9, target: "10Gb/s" }]],
    about: /data\.analysis\.cores/,
  },
  "ports of hosts of the cluster": { site: "fnal", changes: [...noBatch, ...slowHosts], about: /nodes\.analysis-a\.rates\.nic/ },
};

function ratesOf(config: Config): DataRates {
  return dataRatesOf(parseSite(config, "a test")) ?? assert.fail("not asked");
}

describe("advice about the rate of data", () => {
  for (const [title, { site, changes, about }] of Object.entries(SITES))
    it(`can be followed in the site file, and brings what it says: ${title}`, () => {
      const config = changes.reduce<Config>((settings, [path, value]) => spoilt(settings, path, value), siteConfig(site));
      const advised = ratesOf(config).changes;
      for (const advice of advised) {
        const { answer } = ratesOf(followed(config, changeSentence(advice)));
        const brought = changeSentence({ ...advice, then: answer });
        assert.equal(brought, changeSentence(advice));
      }
      assert.match(advised.map(changeSentence).join("\n"), about);
    });

  it("is not given of a pool alone where the site file says it of all", () => {
    const advised = ratesOf(twoPools.reduce<Config>((settings, [path, value]) => spoilt(settings, path, value), siteConfig("unl"))).changes;
    assert.ok(
      !advised.some(({ edits }) => edits.some(({ steps }) => steps.join(".") === "data.cache.disks")),
      advised.map(changeSentence).join("\n"),
    );
  });
});
