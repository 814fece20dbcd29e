import assert from "node:assert/strict";
import { objectsOf } from "#af/policies/model/objects";
import { breachesOf, NEWEST_MINOR, type Level } from "#af/policies/model/pod-security";
import { podTemplateOf } from "#af/policies/model/pods";
import { changed, CONTAINER, workload, type Data } from "../manifests";
import { ADDABLE, BASELINE, BOTH, CTX, KEPT, OWN, PROFILES, specOf, sysctls } from "./pod-security-cases";

/** What a level refuses of a pod: the path and the message of each. */
function refused(spec: Data, level: Level, minor?: number, annotations?: Data): readonly string[] {
  const [object] = objectsOf(changed(workload("Pod", spec), ["metadata", "annotations"], annotations));
  const pod = object && podTemplateOf(object);
  assert.ok(pod);
  return breachesOf(pod, level, minor).map(({ field, message }) => `${field.path}: ${message}`);
}

describe("the levels of Pod Security", () => {
  it("admit a pod that keeps them, and a container without a context at baseline", () => {
    for (const level of ["baseline", "restricted"] as const) assert.deepEqual(refused(KEPT, level), []);
    assert.deepEqual(refused({ containers: [{ name: "main" }] }, "baseline"), []);
    assert.equal(refused({ containers: [{ name: "main" }] }, "restricted").length, 4);
  });

  for (const [of, set, said, minor] of BASELINE)
    it(`${said.length === 0 ? "let pass" : "refuse"} ${of}`, () => {
      for (const level of ["baseline", "restricted"] as const) assert.deepEqual(refused(specOf(set), level, minor), said);
    });
  for (const [of, set, baseline, restricted, minor] of BOTH)
    it(`judge by themselves ${of}`, () => {
      assert.deepEqual(refused(specOf(set), "baseline", minor), baseline);
      assert.deepEqual(refused(specOf(set), "restricted", minor), restricted);
    });

  it("judge as the newest version unless another is named", () => {
    const [newest] = sysctls("net.ipv4.tcp_notsent_lowat");
    assert.ok(newest);
    assert.deepEqual(refused(specOf([newest]), "baseline"), refused(specOf([newest]), "baseline", NEWEST_MINOR));
  });

  it("judge containers of all lists, by their names", () => {
    const bad = { name: "side", securityContext: { ...(CONTAINER["securityContext"] as Data), privileged: true } };
    for (const list of ["initContainers", "ephemeralContainers"])
      assert.deepEqual(refused({ ...KEPT, [list]: [bad] }, "restricted"), [
        `spec.${list}[0].securityContext.privileged: container side is privileged; allowed: false`,
      ]);
  });

  it("refuse AppArmor profiles by annotation that are none", () => {
    const said = (value: string, key = "container.apparmor.security.beta.kubernetes.io/main") =>
      refused(KEPT, "baseline", 34, { [key]: value });
    const path = 'metadata.annotations["container.apparmor.security.beta.kubernetes.io/main"]';
    for (const value of ["unconfined", "xruntime/default", "runtime/defaultx", "xlocalhost/a"])
      assert.deepEqual(said(value), [
        `${path}: an annotation chooses the AppArmor profile ${value}; allowed: runtime/default, localhost/<name>`,
      ]);
    for (const value of ["", "runtime/default", "localhost/a"]) assert.deepEqual(said(value), []);
    assert.deepEqual(said("unconfined", "example.org/main"), []);
    assert.deepEqual(said("unconfined", "example.org/container.apparmor.security.beta.kubernetes.io/main"), []);
  });

  it("leave out of restricted what pods of Windows have not, and keep it at baseline", () => {
    const bare = {
      containers: [
        {
          name: "main",
          securityContext: { runAsNonRoot: true, capabilities: { add: ["SYS_ADMIN"] }, seccompProfile: { type: "Unconfined" } },
        },
      ],
    };
    const windows = { ...bare, os: { name: "windows" } };
    const seccomp = `${CTX}.seccompProfile.type: container main has seccompProfile.type Unconfined; ${PROFILES}`;
    const adds = `${CTX}.capabilities.add[0]: container main adds SYS_ADMIN; allowed: ${ADDABLE}`;
    assert.deepEqual(refused(windows, "restricted"), []);
    for (const spec of [windows, bare, { ...bare, os: { name: "linux" } }]) assert.deepEqual(refused(spec, "baseline"), [seccomp, adds]);
    assert.equal(refused({ ...bare, os: { name: "linux" } }, "restricted").length, 5);
    // Users and privileges count there too.
    assert.deepEqual(refused(changed(windows, ["securityContext", "runAsUser"], 0), "restricted"), [
      `${OWN}.runAsUser: the pod runs as user 0; allowed: any other user`,
    ]);
  });
});
