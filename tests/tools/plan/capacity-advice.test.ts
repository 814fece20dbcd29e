import assert from "node:assert/strict";
import { domainLosses, drains, everythingPlaced } from "#af/policies/capacity/packing-results";
import { packFacility, type PackFacility } from "#af/policies/capacity/pack-facility";
import { judge } from "#af/policies/judge";
import { inOrder, type KubernetesObject } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import { recordedObjects } from "#af/policies/recorded-objects";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import type { Site } from "#af/stacks/site/schema";
import { capacityOf, CHANGES, type CapacityAnswer } from "#af/tools/plan/capacity";
import type { Loss } from "#af/capacity/packing/questions/losses";
import { siteConfig, spoilt } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";
import { followed } from "./follow";

type Config = Record<string, unknown>;
type Change = readonly [path: readonly (string | number)[], value: unknown];

/** A site that is short of something, and the kinds of advice that it has to be given. */
interface Spoilt {
  readonly site: string;
  readonly changes: readonly Change[];
  /** What the advice has to be about, among other things. */
  readonly about: RegExp;
}

const daskInPods: Change = [["hub", "dask", "backend"], { kind: "kubernetes" }];

/** Hosts taken away, users and their pods multiplied, profiles grown, a pool with a taint. */
const SITES: Readonly<Record<string, Spoilt>> = {
  "unl as it is": { site: "unl", changes: [], about: /hub\.users\.concurrent/ },
  // Of the packer's own changes some would have transformers tolerate the taint of the caches, and even that of the control plane.
  "unl with more transformers, and a large host that nothing else may use": {
    site: "unl",
    changes: [
      [["servicex", "transformers"], { max: 60 }],
      [["nodes", "supermicro-1u", "capacity"], { cpu: 256, memory: "1Ti", ephemeral: "10Ti" }],
    ],
    about: /servicex\.transformers\.max/,
  },
  "unl with a Ceph host less": {
    site: "unl",
    changes: [
      [
        ["nodes", "r710", "hosts"],
        ["red-kube-c0724", "red-kube-c0726", "red-kube-c0728"],
      ],
    ],
    about: /nodes\.r710\.(hosts|capacity)/,
  },
  "fnal with larger servers": {
    site: "fnal",
    changes: [
      [["nodes", "analysis-b", "hosts"], ["eaf-node07"]],
      [["hub", "profiles", 0, "memory"], "24Gi"],
      [["hub", "profiles", 1, "atOnce"], 5],
      [["hub", "users", "concurrent"], 100],
    ],
    about: /nodes\.analysis-a\.capacity\.memory/,
  },
  "fnal with Dask in pods": {
    site: "fnal",
    changes: [daskInPods, [["hub", "dask", "workers", "max"], 30]],
    about: /hub\.dask\.workers\.max/,
  },
  "fnal with a large event": {
    site: "fnal",
    changes: [
      [["hub", "events"], [{ name: "school", until: "2099-01-31", servers: [{ profile: "Standard", count: 600 }] }]],
      [["hub", "users"], { registered: 900, concurrent: 30 }],
    ],
    about: /hub\.events\[0\]\.servers\[0\]\.count/,
  },
};

/** What a plan has of a site, and its objects. */
interface Planned {
  readonly site: Site;
  readonly objects: readonly KubernetesObject[];
  readonly facility: PackFacility;
}

async function planned(config: Config): Promise<Planned> {
  const site = parseSite(config, "a test");
  const objects = inOrder(recordedObjects(await recordProgram(site)));
  return { site, objects, facility: packFacility(objects, site) };
}

/** Rules that stop an update, and what they find. */
function stopping({ site, objects }: Planned): ReadonlySet<string> {
  const { findings } = judge(RULES, objects, { site });
  return new Set(findings.filter(({ enforcement }) => enforcement === "mandatory").map(({ rule }) => rule));
}

/** Loses what the answer is about in another facility. */
function sameLoss({ about, question }: CapacityAnswer, facility: PackFacility): Loss {
  const names = /^without the worst (?:host|rack), (\S+)/.exec(about)?.[1] ?? assert.fail(about);
  const rackOf = ({ hosts: [host] }: Loss) => facility.hosts.find(({ name }) => name === host)?.rack;
  const losses = question === "host lost" ? drains(facility).map(({ loss }) => loss) : domainLosses(facility);
  const same = (loss: Loss) =>
    question === "host lost" ? [...loss.hosts, ...loss.same].includes(names.split(",")[0] ?? "") : rackOf(loss) === names;
  return losses.find(same) ?? assert.fail(`${about} is not asked any more`);
}

/** What the answer promises of its advice, and what came of it. */
function broken(answer: CapacityAnswer, { facility }: Planned): string | undefined {
  const short = answer.have < answer.need || answer.verdict === "not settled";
  const { verdict, pods } = answer.question === "everything" ? everythingPlaced(facility) : sameLoss(answer, facility).proof;
  const waiting = pods.filter(({ grounds: { kind } }) => kind === "excluded" || kind === "neither found nor excluded");
  if (verdict === "fits" || (short && waiting.length === 0)) return undefined;
  return `${verdict}, ${waiting.map(({ pod, waiting: count }) => `${count} of ${pod.name}`).join(", ")}`;
}

describe("advice about places on hosts", function () {
  this.timeout(240_000);

  for (const [title, { site, changes, about }] of Object.entries(SITES))
    it(`can be followed in the site file, and helps: ${title}`, async () => {
      const config = changes.reduce<Config>((settings, [path, value]) => spoilt(settings, path, value), siteConfig(site));
      const before = await planned(config);
      // Judging a whole site takes a second, so of the large one it is judged once.
      const judged = site !== "unl" || changes.length === 0;
      const stopped = judged ? stopping(before) : new Set();
      const { answers } = capacityOf(before.objects, before.site);
      const after = new Map<string, Promise<Planned>>();
      const advised: string[] = [];
      for (const answer of answers)
        for (const advice of answer.changes(answer.question === "everything" ? CHANGES : 1)) {
          const settings = followed(config, advice);
          const key = JSON.stringify(settings);
          const plan = await (after.get(key) ?? after.set(key, planned(settings)).get(key) ?? assert.fail());
          assert.equal(broken(answer, plan), undefined, `${answer.about}: ${advice}`);
          // Lost hosts are not what the rules about a whole site are about.
          if (answer.question === "everything" && judged)
            assert.deepEqual(
              [...stopping(plan)].filter((rule) => !stopped.has(rule)),
              [],
              advice,
            );
          advised.push(advice);
        }
      assert.ok(
        advised.some((advice) => about.test(advice)),
        advised.join("\n"),
      );
    });

  it("counts what a further host with disks runs by its own name", async () => {
    const config = spoilt(await settingsOfKind("storage: rook"), ["nodes", "workers", "hosts"], ["n[1-3]"]);
    const { objects, site } = await planned(config);
    const answer = capacityOf(objects, site).answers.find(({ question }) => question === "host lost") ?? assert.fail();
    const [advice = assert.fail()] = answer.changes(1);
    assert.equal(advice, "1 more host like n2 in pool workers (af:nodes.workers.hosts: 4 instead of 3)");
    assert.equal(broken(answer, await planned(followed(config, advice))), undefined);
  });
});
