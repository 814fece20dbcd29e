import assert from "node:assert/strict";
import { namespacesSetPodSecurity } from "#af/policies/security/namespaces-set-pod-security";
import { nameOf } from "#af/components/tenancy/settings";
import type { Role } from "#af/components/tenancy/roles";
import { neverSilent, nothingFound, onlyFinding, SITE, verdictOn } from "../expect";
import { changed, KEPT, NAMESPACE, type Data } from "../manifests";

const LABEL = "pod-security.kubernetes.io/enforce";
const label = ["metadata", "labels", LABEL];
const path = `metadata.labels["${LABEL}"]`;

describe("namespaces-set-pod-security", () => {
  const withLevel = (level: unknown) => [...KEPT.slice(1), changed(NAMESPACE, label, level)];

  it("accepts restricted and baseline", () => {
    nothingFound(KEPT, namespacesSetPodSecurity);
    nothingFound(withLevel("baseline"), namespacesSetPodSecurity);
  });

  it("refuses no level, a level that is none, and privileged", () => {
    onlyFinding(
      withLevel(undefined),
      namespacesSetPodSecurity,
      path,
      /the label is missing, so any pod may do anything; allowed: restricted or baseline/,
    );
    onlyFinding(withLevel("Restricted"), namespacesSetPodSecurity, path, /found "Restricted", which is no level and enforces nothing/);
    onlyFinding(withLevel("privileged"), namespacesSetPodSecurity, path, /the level is privileged; allowed: restricted or baseline/);
  });

  it("accepts privileged only in the facility's own namespaces of roles that need it", () => {
    const inRole = (role: Role, name: string = nameOf(SITE.tenancy, role)) => {
      const labels = { [LABEL]: "privileged", "analysis-facility/role": role };
      return { ...NAMESPACE, metadata: { name, labels } };
    };
    const said = (object: Data) => verdictOn([object], [namespacesSetPodSecurity]).findings.map(({ message }) => message);
    assert.deepEqual(said(inRole("metallb")), []);
    assert.match(said(inRole("batch")).join(), /^the level is privileged/);
    assert.match(said(inRole("metallb", "work")).join(), /^the level is privileged/, "a stranger's namespace with the label");
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(namespacesSetPodSecurity, NAMESPACE, label, 1);
    neverSilent(namespacesSetPodSecurity, NAMESPACE, ["metadata", "labels"], "none");
  });
});
