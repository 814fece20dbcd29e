import assert from "node:assert/strict";
import { rateText } from "#af/capacity/rates/bit-rate";
import { rateAnswer } from "#af/capacity/rates/answer";
import { dataPathOf, storeOfDoors } from "#af/policies/capacity/data-path";
import { SiteError } from "#af/stacks/site/problems";
import { parseSite } from "#af/stacks/site/parse";
import { hostSentences, dataRatesOf, rateSentence } from "#af/tools/plan/rates";
import { failOverLines, rateLines } from "#af/tools/plan/rate-lines";
import { siteConfig, spoilt } from "../../support/site-config";

type Change = readonly [path: readonly (string | number)[], value: unknown];

const siteWith = (name: string, ...changes: readonly Change[]) =>
  parseSite(
    changes.reduce((config, [path, value]) => spoilt(config, path, value), siteConfig(name)),
    "a test",
  );

/** Addresses of the eight caches, which the load balancer has besides the site's own. */
const SERVERS = Array.from({ length: 8 }, (_, index) => ({ host: `cache${index + 1}.example.edu`, address: `192.0.2.${index + 1}` }));

/** The hosts of the exercise of 200 Gb/s in place of the cache host of 2020; what is not public is given room. */
const EXERCISE: readonly Change[] = [
  [["nodes", "supermicro-1u", "hosts"], ["cache[1-8]"]],
  [["platform", "loadBalancer", "pools", "caches"], ["192.0.2.0/28"]],
  [["data", "cache", "servers"], SERVERS],
  [["nodes", "supermicro-1u", "rates"], { nic: "25Gb/s", diskRead: "6GB/s", diskWrite: "2GB/s" }],
  [["data", "stores", "tier2", "doors", "rates"], { door: "10Gb/s", link: "100Gb/s" }],
  [["batch", "pool", "network"], { coresPerHost: 64, nic: "25Gb/s", link: "400Gb/s" }],
  [["data", "analysis", "dask"], "50kB/s"],
  ...["r710", "x2200-32g", "x2200-24g", "supermicro-4u"].map((pool): Change => [["nodes", pool, "rates"], { nic: "1Gb/s" }]),
];

describe("the way of a site's data", () => {
  it("of the exercise of 200 Gb/s is enough once all is stated, and everything in the site file reaches the answer", () => {
    const site = siteWith("unl", ...EXERCISE);
    const { verdict, stages, certain } = rateAnswer(dataPathOf(site));
    assert.deepEqual([verdict, certain], ["enough", true]);
    assert.deepEqual(
      stages.map(({ name, bound }) => [name, bound && rateText(bound)]),
      [
        ["doors", "1.2Tb/s"],
        ["link of the doors", "1Tb/s"],
        ["NICs of the caches, filling", "2Tb/s"],
        ["disks of the caches", "295Gb/s"],
        ["NICs of the caches, serving", "200Gb/s"],
        ["link to the workers", "400Gb/s"],
        ["NICs of the workers", "781Gb/s"],
        ["address of Dask's schedulers", "250Gb/s"],
        ["cores", "200Gb/s"],
      ],
    );
  });

  it("has no stage that the site does not have", () => {
    const names = (...changes: readonly Change[]) => rateAnswer(dataPathOf(siteWith("unl", ...changes))).stages.map(({ name }) => name);
    assert.deepEqual(names([["data", "cache"], { kind: "none" }]).slice(0, 3), ["doors", "link of the doors", "link to the workers"]);
    assert.deepEqual(
      names([["data", "cache"], { kind: "external", host: "cache.example.edu", rate: "40Gb/s" }])[0],
      "somebody else's cache",
    );
    assert.ok(!names([["hub", "dask"], { kind: "none" }]).includes("address of Dask's schedulers"));
  });

  it("leads to the hosts that run users where there is no batch pool", () => {
    const site = siteWith(
      "fnal",
      [["batch"], { kind: "none" }],
      [["hub", "dask"], { kind: "none" }],
      [["data", "analysis", "perCore"], "12.5MB/s"],
    );
    const { workers, schedulers, analysis } = dataPathOf(site);
    assert.deepEqual(
      [workers.link, workers.cores, analysis.cores, schedulers],
      ["inside", 6n * 64n + 4n * 128n, 6n * 64n + 4n * 128n, undefined],
    );
  });

  it("is not kinder than what is stated: the slowest host that may answer for an address counts, and none of them if one is not stated", () => {
    const rate = (...changes: readonly Change[]) => dataPathOf(siteWith("unl", ...EXERCISE, ...changes)).schedulers?.rate;
    assert.equal(rateText(rate() ?? assert.fail()), "1Gb/s");
    assert.equal(rateText(rate([["nodes", "r710", "rates"], { nic: "100Mb/s" }]) ?? assert.fail()), "100Mb/s");
    assert.equal(rate([["nodes", "r710", "rates"], undefined]), undefined);
  });
});

describe("the parts of the way of a site's data", () => {
  const NICS = ["services", "analysis-a", "analysis-b"].map((pool): Change => [["nodes", pool, "rates"], { nic: "25Gb/s" }]);

  it("are known where nobody has said how analyses read", () => {
    assert.deepEqual(dataPathOf(siteWith("unl", [["data", "analysis"], undefined])).analysis, {
      cores: dataPathOf(siteWith("unl")).workers.cores,
      perCore: undefined,
      hits: undefined,
      target: undefined,
      dask: undefined,
    });
  });

  it("begin at a store that speaks XRootD, whatever its doors speak besides, unless somebody else's cache knows its own way", () => {
    const protocols: Change = [
      ["data", "stores", "tier2", "doors", "protocols"],
      [{ kind: "davs" }, { kind: "roots" }],
    ];
    const external: Change = [["data", "cache"], { kind: "external", host: "cache.example.edu" }];
    assert.deepEqual([storeOfDoors(siteWith("unl", protocols))?.[0], storeOfDoors(siteWith("unl", external))], ["tier2", undefined]);
  });

  it("reach Dask's schedulers only where workers are jobs, through what stands before them", () => {
    const through = (name: string, ...changes: readonly Change[]) => dataPathOf(siteWith(name, ...changes)).schedulers;
    assert.equal(through("unl")?.through, "Traefik");
    // Whose hosts answer for an address of a load balancer that the cluster came with is not known, whatever their ports carry.
    assert.deepEqual(through("fnal", ...NICS), { through: "Dask Gateway", rate: undefined });
    const pods: Change = [["hub", "dask", "backend"], { kind: "kubernetes" }];
    assert.equal(through("fnal", pods), undefined);
    const [jobs, inside] = [dataPathOf(siteWith("fnal")).workers, dataPathOf(siteWith("fnal", pods)).workers];
    assert.deepEqual(
      [jobs, inside].map(({ link, groups }) => [link, groups.map(({ name }) => name)]),
      [
        [undefined, ["LPC"]],
        ["inside", ["analysis-a", "analysis-b"]],
      ],
    );
  });

  it("answer for an address on hosts without a taint alone", () => {
    const slow: Change = [["nodes", "supermicro-1u", "rates"], { nic: "10Mb/s" }];
    assert.equal(rateText(dataPathOf(siteWith("unl", ...EXERCISE, slow)).schedulers?.rate ?? assert.fail()), "1Gb/s");
  });
});

describe("what a plan says of the data rate", () => {
  it("is what the next exercise takes, where a rate is wanted that the cores do not ask for", () => {
    const rates = dataRatesOf(siteWith("unl", ...EXERCISE, [["data", "analysis", "target"], "400Gb/s"])) ?? assert.fail();
    assert.match(
      rateSentence(rates),
      /^wanted are 400Gb\/s; limited by NICs of the caches, serving and cores to 200Gb\/s, which feeds 2000 cores$/,
    );
    assert.deepEqual(hostSentences(rates), ["400Gb/s takes 16 cache hosts like those of supermicro-1u"]);
  });

  it("is one line where nobody has asked", () => {
    assert.equal(rateLines(dataRatesOf(siteWith("unl", [["data", "analysis"], undefined]))).length, 1);
  });

  it("is that nothing is known, where nothing is stated", () => {
    const rates =
      dataRatesOf(siteWith("unl", [["data", "analysis"], {}], [["nodes", "supermicro-1u", "rates"], undefined])) ?? assert.fail();
    assert.equal(rates.answer.verdict, "not asked");
    assert.equal(rateSentence(rates), "what they get is not known: no stage is stated");
  });
});

describe("what a plan says of doors that do not answer", () => {
  const lines = (...changes: readonly Change[]) => {
    const site = siteWith("unl", ...changes);
    return failOverLines(site, dataRatesOf(site));
  };
  const HOST = "doors.example.edu:1094";
  const begin = `doors away  after 2 greetings without an answer of ${HOST}, within 20 s, the cache asks cms-xrd-global.cern.ch:1094 for what it does not have, and the doors again when they answer`;

  it("is where the cache asks then, and what is left of the rate by what is stated", () => {
    assert.deepEqual(lines(), [`${begin}; what the federation sends is not stated; the rest of the way carries at most 1.41Gb/s`]);
    assert.deepEqual(lines([["data", "analysis"], undefined]), [begin]);
    // The doors limit as long as they answer.
    const slow: Change = [["data", "stores", "tier2", "doors", "rates"], { door: "1Mb/s" }];
    assert.deepEqual(lines(slow), lines());
    assert.deepEqual(lines([["data", "analysis", "hits"], 1]), [`${begin}; nothing of what is read comes from there`]);
    assert.deepEqual(lines([["data", "analysis"], {}], [["nodes", "supermicro-1u", "rates"], undefined]), [
      `${begin}; what the federation sends is not stated`,
    ]);
  });

  it("follows the settings that decide it", () => {
    const redirector = { name: "all.example.edu", address: "198.51.100.13", port: 1213 };
    const [line = ""] = lines(
      [["data", "stores", "tier2", "doors", "redirector"], redirector],
      [["data", "cache", "origin"], { host: "redirector.example.edu", port: 1313 }],
    );
    assert.match(line, /of all\.example\.edu:1213, .* asks redirector\.example\.edu:1313 /);
  });

  it("is nothing where the cache asks no doors first", () => {
    assert.deepEqual(lines([["data", "cache", "local"], undefined]), []);
    const site = siteWith("fnal");
    assert.deepEqual(failOverLines(site, dataRatesOf(site)), []);
  });
});

describe("rates of a site file", () => {
  it("are refused where bits may be taken for bytes; the message names the path, both units and what was found", () => {
    const places: readonly Change[0][] = [
      ["nodes", "supermicro-1u", "rates", "nic"],
      ["nodes", "supermicro-1u", "rates", "diskRead"],
      ["data", "analysis", "perCore"],
    ];
    for (const path of places)
      for (const text of ["25G", "25Gbps", "25gb/s", 25]) {
        const refusal = (error: unknown) =>
          error instanceof SiteError &&
          error.problems.some(
            (problem) =>
              problem.path === `af:${path.join(".")}` &&
              problem.message.includes(String(text)) &&
              /25Gb\/s .* or 25GB\/s /.test(problem.message),
          );
        assert.throws(() => siteWith("unl", [path, text]), refusal, `${path.join(".")} ${text}`);
      }
  });
});
