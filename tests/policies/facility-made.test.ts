import assert from "node:assert/strict";
import { facilityMade, UNNAMED_FACILITY } from "#af/policies/facility-made";
import { ROLE_FACTS, ROLES } from "#af/components/tenancy/roles";
import { nameOf } from "#af/components/tenancy/settings";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig } from "../support/site-config";
import { SITE } from "./expect";
import { changed, type Data } from "./manifests";

const from = (chart: string, release: string) => ({ by: "test", chart, release });

describe("what the facility makes", () => {
  const renamed = (() => {
    const config = siteConfig("unl");
    return parseSite({ ...config, tenancy: changed((config["tenancy"] ?? {}) as Data, ["names", "hub"], "notebooks") }, "test");
  })();

  it("is in the namespaces of its roles, by the names that the site gives them", () => {
    const made = facilityMade(renamed);
    assert.equal(made.names.hub, "notebooks");
    for (const role of ROLES) {
      const name = nameOf(renamed.tenancy, role);
      assert.equal(made.names[role], name);
      for (const other of ROLES) assert.equal(made.isNamespaceOf(other, name), other === role, `${other} ${name}`);
    }
    for (const role of ["", "toString", "work"]) assert.equal(made.isNamespaceOf(role, "notebooks"), false, role);
  });

  it("is releases and custom resources of operators, each in its namespace alone", () => {
    const { installs, names } = facilityMade(SITE);
    for (const namespace of [names.metallb, "", undefined]) assert.equal(installs(from("metallb", "metallb"), namespace), true, namespace);
    assert.equal(installs(from("metallb", "metallb"), "work"), false);
    assert.equal(installs(from("metallb", "other"), names.metallb), false);
    assert.equal(installs(from("traefik", "metallb"), names.metallb), false);
    // Rook's operator makes the daemons of a cluster.
    assert.equal(installs(from("rook-ceph", "rook-ceph"), names.rook), true);
    assert.equal(installs(from("rook-ceph", "stranger"), names.rook), false);
    assert.equal(installs(from("rook-ceph", "rook-ceph"), names.hub), false);
  });

  it("has the names that namespaces have by themselves where no site is known, and may be any release", () => {
    for (const role of ROLES) {
      const { namespace } = ROLE_FACTS[role];
      assert.equal(UNNAMED_FACILITY.names[role], namespace);
      for (const other of ROLES) assert.equal(UNNAMED_FACILITY.isNamespaceOf(other, namespace), other === role);
    }
    assert.equal(UNNAMED_FACILITY.isNamespaceOf("work", "work"), false);
    assert.equal(UNNAMED_FACILITY.installs(from("any", "any"), "any"), true);
  });
});
