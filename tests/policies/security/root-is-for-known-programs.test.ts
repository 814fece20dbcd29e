import assert from "node:assert/strict";
import { ROLE_FACTS, ROLES, type Role } from "#af/components/tenancy/roles";
import { nameOf } from "#af/components/tenancy/settings";
import { rootIsForKnownPrograms as rule } from "#af/policies/security/root-is-for-known-programs";
import { KINDS, LISTS, neverSilent, SITE, verdictOn } from "../expect";
import { changed, CONTAINER, POD_SPEC, specPath, workload, type Data, type WorkloadKind } from "../manifests";

const pod = (spec: Data = POD_SPEC, role: Role = "rook", kind: WorkloadKind = "Deployment") =>
  changed(workload(kind, spec), ["metadata", "namespace"], nameOf(SITE.tenancy, role));
const said = (object: Data) => {
  const { findings, checked } = verdictOn([object], [rule]);
  return { checked: checked[rule.name] ?? 0, messages: findings.map(({ path, message }) => `${path}: ${message}`) };
};
const withContext = (more: Data) => ({ ...CONTAINER, securityContext: { ...(CONTAINER["securityContext"] as Data), ...more } });
const CONTEXT = ["spec", "template", "spec", "containers", 0, "securityContext"] as const;

describe("root-is-for-known-programs", () => {
  it("accepts programs that are not root, whether the pod or the container says it", () => {
    assert.deepEqual(said(pod()), { checked: 1, messages: [] });
    const ofPod = { securityContext: { runAsNonRoot: true, runAsUser: 1000 }, containers: [withContext({ runAsNonRoot: undefined })] };
    assert.deepEqual(said(pod(ofPod)), { checked: 1, messages: [] });
  });

  it("refuses root, and what may become it, in every list of containers of every kind", () => {
    for (const [field, value] of [
      ["runAsNonRoot", false],
      ["runAsNonRoot", undefined],
      ["runAsUser", 0],
      ["allowPrivilegeEscalation", true],
      ["allowPrivilegeEscalation", undefined],
    ] as const)
      for (const kind of KINDS)
        for (const list of LISTS) {
          const { messages } = said(pod({ ...POD_SPEC, [list]: [withContext({ [field]: value })] }, "rook", kind));
          assert.equal(messages.length, 1, `${kind} ${list} ${field} ${String(value)}`);
          assert.ok(messages[0]?.startsWith(`${specPath(kind)}.${list}[0].securityContext.${field}: `), messages[0]);
        }
  });

  it("speaks of all namespaces whose level allows root, and of no others", () => {
    const root = { containers: [withContext({ runAsUser: 0 })] };
    for (const role of ROLES)
      assert.equal(said(pod(root, role)).messages.length, ROLE_FACTS[role].podSecurity === "restricted" ? 0 : 1, role);
    assert.deepEqual(said(workload("Deployment", root)), { checked: 0, messages: [] });
  });

  it("leaves what else the level restricted asks to others", () => {
    const open = { containers: [withContext({ capabilities: undefined, seccompProfile: undefined })] };
    assert.deepEqual(said(pod(open)), { checked: 1, messages: [] });
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, pod(), [...CONTEXT, "runAsNonRoot"], "yes");
    neverSilent(rule, pod(), [...CONTEXT, "runAsUser"], "root");
    neverSilent(rule, pod(), [...CONTEXT, "allowPrivilegeEscalation"], 1);
    neverSilent(rule, pod(), ["spec", "template", "spec", "securityContext"], "none");
  });
});
