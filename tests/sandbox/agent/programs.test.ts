import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expanded } from "#af/sandbox/agent/environment";
import { choiceInJq, isChosen, programsOf, readPrograms } from "#af/sandbox/agent/programs";
import { stagesWithout } from "#af/sandbox/agent/stages";
import { projectFolder } from "#af/stacks/site/project";
import { parseAllDocuments } from "yaml";

const image = { folders: [], path: [], entrypoint: [], command: [], env: {}, user: 0, group: 0, workingDir: "/" };
const programs = { pods: [{ namespace: "a", labels: { component: "hub", x: "1" } }], images: {}, hosts: {} };

describe("the map of programs", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-programs-"));
  after(() => fs.rmSync(folder, { recursive: true }));

  it("is refused with all that is wrong in it", () => {
    const file = path.join(folder, "map.yaml");
    const wrong: readonly (readonly [text: string, said: RegExp])[] = [
      ["pods: []\nimages: {}", /pods: /],
      ["pods: [{ namespace: a }]\nimages: { x: { path: [relative], users: 1 } }", /images\.x\.path\.0: [\s\S]*images\.x: .*users/],
      ["pods: [{ namespace: a }]\nimages: { x: { folders: [/no/such] } }", /images\.x\.folders: \/no\/such does not exist/],
    ];
    for (const [text, said] of wrong) {
      fs.writeFileSync(file, text);
      assert.throws(() => readPrograms(file), said);
    }
    assert.throws(() => readPrograms(path.join(folder, "none")), /--live names .*none, which does not exist/);
  });

  it("knows an image by its whole name, else without tag and digest", () => {
    const images = { "r:5000/a/b": { ...image, user: 1 }, "r:5000/a/b:2": { ...image, user: 2 } };
    const users = ["r:5000/a/b", "r:5000/a/b:1", "r:5000/a/b:2", "r:5000/a/b:3@sha256:0", "r:5000/a", "a/b"].map(
      (name) => programsOf({ ...programs, images }, name)?.user,
    );
    assert.deepEqual(users, [1, 1, 2, 1, undefined, undefined]);
  });

  it("chooses pods by namespace and all labels, and KWOK plays none of these", () => {
    const chosen = (namespace: string, labels?: Record<string, string>) =>
      isChosen(programs, { metadata: { namespace, ...(labels && { labels }) } });
    assert.deepEqual(
      [
        chosen("a", { component: "hub", x: "1", y: "2" }),
        chosen("a", { component: "hub" }),
        chosen("b", { component: "hub", x: "1" }),
        chosen("a"),
      ],
      [true, false, false, false],
    );
    assert.equal(
      choiceInJq(programs),
      `(.metadata.namespace == "a" and .metadata.labels["component"] == "hub" and .metadata.labels["x"] == "1")`,
    );
    const stages = fs.readFileSync(path.join(projectFolder(), "sandbox", "nodes", "stages.yaml"), "utf8");
    for (const document of parseAllDocuments(stagesWithout(stages, programs))) {
      const { spec } = document.toJS() as { spec: { resourceRef: { kind: string }; selector: { matchExpressions: { key: string }[] } } };
      assert.equal(
        spec.selector.matchExpressions.some(({ key }) => key === choiceInJq(programs)),
        spec.resourceRef.kind === "Pod",
      );
    }
  });
});

describe("a text with variables", () => {
  it("is expanded as Kubernetes does it", () => {
    const cases = { "$(A)-$(B)": "1-$(B)", "$$(A)": "$(A)", "$$$(A)": "$1", "$A $(": "$A $(", $$$$: "$$" };
    for (const [text, wanted] of Object.entries(cases)) assert.equal(expanded(text, { A: "1" }), wanted, text);
  });
});
