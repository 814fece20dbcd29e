import assert from "node:assert/strict";
import { judge } from "#af/policies/judge";
import { objectsOf } from "#af/policies/model/objects";
import { podsKeepTheirNamespacesLevel } from "#af/policies/security/pods-keep-their-namespaces-level";
import { KINDS, neverSilent, saidBy, SITE, verdictOn } from "../expect";
import { changed, CONTAINER, NAMESPACE, QUOTA, workload, type Data } from "../manifests";

const rule = podsKeepTheirNamespacesLevel;
const LABEL = "pod-security.kubernetes.io/enforce";
const restricted: Data = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [changed(CONTAINER, ["securityContext"], { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } })],
};
const at = (level: string) => changed(NAMESPACE, ["metadata", "labels", LABEL], level);
const found = (level: string, spec: Data, version?: string) => {
  const namespace = changed(at(level), ["metadata", "labels", `${LABEL}-version`], version);
  return verdictOn([namespace, workload("Deployment", spec)], [rule]).findings.map(({ path }) => path.replace("spec.template.spec.", ""));
};

describe("pods-keep-their-namespaces-level", () => {
  it("accepts in every kind a pod that needs nothing", () => {
    for (const kind of KINDS) assert.deepEqual(verdictOn([at("restricted"), workload(kind, restricted)], [rule]).findings, [], kind);
  });

  const first = ["containers", 0] as const;
  const cases: readonly (readonly [steps: readonly (string | number)[], value: unknown, level: "baseline" | "restricted"])[] = [
    [[...first, "securityContext", "allowPrivilegeEscalation"], true, "restricted"],
    [[...first, "securityContext", "capabilities", "add"], ["CHOWN"], "restricted"],
    [[...first, "securityContext", "runAsUser"], 0, "restricted"],
    [["volumes"], [{ name: "x", nfs: { server: "x", path: "/" } }], "restricted"],
    [["securityContext", "seccompProfile"], undefined, "restricted"],
    [["securityContext", "runAsNonRoot"], undefined, "restricted"],
    [[...first, "securityContext", "capabilities", "add"], ["CAP_CHOWN"], "baseline"],
    [["securityContext", "windowsOptions"], { hostProcess: true }, "baseline"],
    [["securityContext", "sysctls"], [{ name: "kernel.msgmax", value: "1" }], "baseline"],
    [[...first, "ports"], [{ containerPort: 80, hostPort: 80 }], "baseline"],
    [[...first, "livenessProbe"], { httpGet: { port: 80, host: "x" } }, "baseline"],
    [[...first, "securityContext", "procMount"], "Unmasked", "baseline"],
    [["securityContext", "seccompProfile", "type"], "Unconfined", "baseline"],
    [["hostNetwork"], true, "baseline"],
  ];
  for (const [steps, value, level] of cases)
    it(`refuses ${steps.join(".")}: ${JSON.stringify(value)} from ${level} on`, () => {
      const spec = changed(restricted, steps, value);
      assert.ok(found("restricted", spec).length > 0);
      assert.equal(found("baseline", spec).length > 0, level === "baseline");
      assert.deepEqual(found("privileged", spec), []);
    });

  it("judges as the version that the namespace names", () => {
    const spec = changed(restricted, ["securityContext", "sysctls"], [{ name: "net.ipv4.tcp_notsent_lowat", value: "1" }]);
    assert.deepEqual(found("baseline", spec), []);
    assert.deepEqual(found("baseline", spec, "v1.36"), ["securityContext.sysctls[0]"]);
    // What names no version is judged as the newest, and so is one that is newer still.
    for (const version of ["latest", "v1.36.0", "xv1.36", "v1.99"]) assert.deepEqual(found("baseline", spec, version), [], version);
  });

  it("says what breaks the level, and that another level would do", () => {
    const sharing = workload("Deployment", changed(restricted, ["hostNetwork"], true));
    assert.deepEqual(saidBy(rule, [at("baseline"), sharing]), [
      "hostNetwork is true; allowed: false, or a namespace of another level than baseline",
    ]);
  });

  it("judges whole pods in namespaces of the stack, by the labels of the Namespace alone", () => {
    const sharing = workload("Deployment", changed(restricted, ["hostNetwork"], true));
    const checked = (namespaces: readonly Data[], object: Data, partial = false) => {
      const objects = [...namespaces.flatMap((each) => objectsOf(each)), ...objectsOf(object, undefined, partial)];
      const verdict = judge([rule], objects, { site: SITE });
      return [verdict.checked[rule.name], verdict.findings.length];
    };
    assert.deepEqual(checked([at("baseline")], sharing), [1, 1]);
    assert.deepEqual(checked([at("baseline")], sharing, true), [0, 0]);
    assert.deepEqual(checked([at("baseline")], QUOTA), [0, 0]);
    assert.deepEqual(checked([at("baseline")], changed(sharing, ["metadata", "namespace"], "elsewhere")), [0, 0]);
    const namesake = { ...QUOTA, metadata: { name: "work", namespace: "work" } };
    assert.deepEqual(checked([at("baseline"), namesake], sharing), [1, 1]);
  });

  it("accepts images as volumes", () => {
    assert.deepEqual(found("restricted", changed(restricted, ["volumes"], [{ name: "x", image: { reference: "x:1" } }])), []);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, workload("Deployment", restricted), ["spec", "template", "spec", "hostNetwork"], "yes", [NAMESPACE]);
    neverSilent(rule, workload("Deployment", restricted), ["spec", "template", "spec", ...first, "securityContext"], 1, [NAMESPACE]);
  });
});
