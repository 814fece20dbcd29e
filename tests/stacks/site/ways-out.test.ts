import assert from "node:assert/strict";
import { parse } from "yaml";
import type { Problem } from "#af/stacks/site/problems";
import { spoilt } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";
import { problemsOf } from "../../support/site-problems";

/** What a site may lack, so that a service of another kind does not work there. */
const LACKING: readonly (readonly [path: readonly string[], value: unknown])[] = [
  [["platform", "loadBalancer"], { kind: "none" }],
  [["platform", "ingress"], { kind: "routes", router: "router.example.edu" }],
  [["platform", "certificates"], { kind: "provided" }],
  [["storage"], { kind: "existing", blockClass: "standard" }],
  [["batch"], { kind: "none" }],
  [["site", "kubernetes", "kind"], "okd"],
];

/** A message's way out: `set af:hub.expose to { kind: ingress }`, `set af:hub.homes.kind to block`, and further settings behind `or`. */
const WAY_OUT = /set af:([\w.]+) to (\{[^}]*\}|[\w-]+)((?: or \{[^}]*\})*)/g;

/** The edits that a message names whole; what it leaves to its reader (`...`) is no edit yet. */
function waysOut({ message }: Problem): readonly { readonly text: string; readonly path: readonly string[]; readonly value: unknown }[] {
  return [...message.matchAll(WAY_OUT)].flatMap(([, path = "", first = "", more = ""]) =>
    [first, ...(more.match(/\{[^}]*\}/g) ?? [])]
      // What the cluster is cannot be chosen.
      .filter((value) => !value.includes("...") && path !== "site.kubernetes.kind")
      .map((value) => ({ text: `set af:${path} to ${value}`, path: path.split("."), value: parse(value) as unknown })),
  );
}

describe("the ways out that problems of a site file name", function () {
  this.timeout(120_000);

  it("end the problem, and what else comes of them has a way out too", async () => {
    const followed = new Set<string>();
    const tried = new Set<string>();
    for (const title of Object.keys(KINDS)) {
      const sound = await settingsOfKind(title);
      for (const [path, value] of LACKING) {
        const settings = spoilt(sound, path, value);
        const text = JSON.stringify(settings);
        if (tried.has(text)) continue;
        tried.add(text);
        const problems = problemsOf(settings);
        for (const problem of problems)
          for (const way of waysOut(problem)) {
            const left = problemsOf(spoilt(settings, way.path, way.value));
            const at = `${title} with ${path.join(".")} of another kind: ${way.text}`;
            assert.ok(!left.some(({ message }) => message === problem.message), at);
            const known = problems.map(({ message }) => message);
            for (const { message } of left.filter((each) => !known.includes(each.message)))
              assert.match(message, /\bset af:|\bleave\b|\bremove\b|\blower\b|\badd\b|\bgive\b/, `${at}: ${message}`);
            followed.add(way.text);
          }
      }
    }
    console.log(`      followed: ${[...followed].sort().join(", ")}`);
    assert.ok(followed.size >= 8, [...followed].join(", "));
  });
});
