import assert from "node:assert/strict";
import { Field } from "#af/policies/model/field";
import { ESCALATIONS, WAYS_TO_SECRETS, waysToSecrets } from "#af/policies/model/powers";
import { allowedOf, type Right } from "#af/policies/model/rights";

const right = (group: string, resources: string, verbs: string, ...names: readonly string[]): Right => ({
  ...{ field: new Field({}), groups: [group], resources: resources.split(" "), verbs: verbs.split(" "), names },
});
const READS = { so: "reads them", byPods: false };
const RUNS = { so: "runs pods that may mount them", byPods: true };
const COMMANDS = { so: "runs commands where they are mounted", byPods: true };
const BESIDE = { so: "runs containers beside those that mount them", byPods: true };

describe("ways to Secrets", () => {
  const cases: readonly (readonly [of: string, right: Right, ways: readonly object[]])[] = [
    ["reading them", right("", "secrets configmaps", "get list delete"), [{ what: "get, list secrets", ...READS }]],
    ["watching or changing them", right("", "secrets", "watch update patch"), [{ what: "watch, update, patch secrets", ...READS }]],
    ["writing pods", right("", "pods", "create update patch get"), [{ what: "create, update, patch pods", ...RUNS }]],
    ["writing workloads", right("apps", "daemonsets", "patch"), [{ what: "patch daemonsets", ...RUNS }]],
    ["writing jobs", right("batch", "jobs cronjobs", "create"), [{ what: "create jobs, cronjobs", ...RUNS }]],
    ["commands in pods", right("", "pods/exec pods/attach", "create get"), [{ what: "create, get pods/exec, pods/attach", ...COMMANDS }]],
    ["containers in pods", right("", "pods/ephemeralcontainers", "patch"), [{ what: "patch pods/ephemeralcontainers", ...BESIDE }]],
    [
      "everything of the core group",
      right("", "*", "*"),
      [
        { what: "* *", ...READS },
        { what: "* *", ...RUNS },
        { what: "* *", ...COMMANDS },
        { what: "* *", ...BESIDE },
      ],
    ],
    // By name: the Secret that is named is meant, and nothing is created; a pod that is there may mount any.
    ["named Secrets", right("", "secrets", "get list *", "a"), []],
    ["creating a named pod", right("", "pods", "create", "a"), []],
    ["writing a named pod", right("", "pods", "create update patch", "a"), [{ what: "update, patch pods", ...RUNS }]],
    ["writing a named workload", right("apps", "deployments", "create patch", "a"), [{ what: "patch deployments", ...RUNS }]],
    ["a command in a named pod", right("", "pods/exec", "create", "a"), [{ what: "create pods/exec", ...COMMANDS }]],
    ["everything of what is named", right("", "secrets pods", "*", "a"), [{ what: "* pods", ...RUNS }]],
  ];
  for (const [of, given, ways] of cases) it(`are opened by ${of}: ${ways.length}`, () => assert.deepEqual(waysToSecrets(given), ways));

  it("are not opened by rights to other things", () => {
    for (const [group, resources, verbs] of [
      ["", "pods pods/log services", "get list watch delete"],
      ["", "secrets", "create delete"],
      ["apps", "pods secrets jobs", "*"],
      ["", "configmaps", "*"],
      ["batch", "jobs", "delete"],
    ] as const)
      assert.deepEqual(waysToSecrets(right(group, resources, verbs)), [], `${verbs} ${resources} of ${group}`);
  });
});

describe("powers over the cluster and over Secrets", () => {
  it("are told each by what its holder gains, and a right to exactly one of them has that one", () => {
    for (const list of [ESCALATIONS, WAYS_TO_SECRETS])
      for (const power of list) {
        assert.match(power.so, /^[a-z]/);
        for (const resource of power.resources)
          for (const verb of power.verbs) {
            const holders = list.filter((each) => allowedOf(right(power.group, resource, verb), each) !== undefined);
            assert.deepEqual(holders, [power], `${verb} ${resource}`);
          }
      }
  });
});
