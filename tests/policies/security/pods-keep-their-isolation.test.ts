import { podsKeepTheirIsolation as rule } from "#af/policies/security/pods-keep-their-isolation";
import { KINDS, neverSilent, nothingFound, onlyFinding } from "../expect";
import { changed, POD_SPEC, specPath, workload } from "../manifests";

const deployment = workload("Deployment");
const CONTEXT = ["spec", "template", "spec", "containers", 0, "securityContext"] as const;

describe("pods-keep-their-isolation", () => {
  it("accepts the profiles of the runtime, and safe sysctls", () => {
    nothingFound([deployment], rule);
    nothingFound([changed(deployment, [...CONTEXT, "appArmorProfile"], { type: "RuntimeDefault" })], rule);
    const safe = { sysctls: [{ name: "net.ipv4.tcp_syncookies", value: "1" }] };
    nothingFound([workload("Pod", { ...POD_SPEC, securityContext: safe })], rule);
  });

  it("refuses what turns them off, in every kind", () => {
    for (const kind of KINDS) {
      const at = specPath(kind);
      const context = (value: object) => [workload(kind, { ...POD_SPEC, securityContext: value })];
      onlyFinding(context({ seccompProfile: { type: "Unconfined" } }), rule, `${at}.securityContext.seccompProfile.type`, /seccompProfile/);
      onlyFinding(
        context({ sysctls: [{ name: "kernel.msgmax", value: "1" }] }),
        rule,
        `${at}.securityContext.sysctls[0]`,
        /sets kernel\.msgmax/,
      );
    }
    const within = (name: string, value: unknown) => [changed(deployment, [...CONTEXT, name], value)];
    const path = "spec.template.spec.containers[0].securityContext";
    onlyFinding(within("procMount", "Unmasked"), rule, `${path}.procMount`, /has procMount Unmasked/);
    onlyFinding(
      within("appArmorProfile", { type: "Unconfined" }),
      rule,
      `${path}.appArmorProfile.type`,
      /appArmorProfile\.type Unconfined/,
    );
    onlyFinding(within("seLinuxOptions", { type: "spc_t" }), rule, `${path}.seLinuxOptions.type`, /SELinux type spc_t/);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, deployment, [...CONTEXT, "seccompProfile", "type"], 1);
    neverSilent(rule, deployment, [...CONTEXT, "procMount"], 1);
    neverSilent(rule, deployment, ["spec", "template", "spec", "securityContext"], "none");
  });
});
