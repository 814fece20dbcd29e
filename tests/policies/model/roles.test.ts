import assert from "node:assert/strict";
import { ROLE_FACTS, ROLES } from "#af/components/tenancy/roles";
import { objectsOf } from "#af/policies/model/objects";
import { isTenant, namespaceRoles, roleOf } from "#af/policies/model/roles";

const labelled = (name: string, role: string | undefined, kind = "Namespace") =>
  objectsOf({ apiVersion: "v1", kind, metadata: { name, ...(role !== undefined && { labels: { "analysis-facility/role": role } }) } })[0] ??
  assert.fail();

describe("roles of namespaces", () => {
  it("are those of their labels, where there is such a role", () => {
    for (const role of ROLES) assert.equal(roleOf(labelled("work", role)), role);
    for (const other of [labelled("work", "stranger"), labelled("work", undefined), labelled("work", "hub", "ConfigMap")])
      assert.equal(roleOf(other), undefined);
    assert.deepEqual(
      [...namespaceRoles([labelled("a", "hub"), labelled("b", "stranger"), labelled("c", "hub", "ConfigMap"), labelled("d", "data")])],
      [
        ["a", "hub"],
        ["d", "data"],
      ],
    );
  });

  it("tell where code of users runs", () => {
    for (const role of ROLES) assert.equal(isTenant(role), ROLE_FACTS[role].runsUserCode === true, role);
    assert.equal(isTenant(undefined), false);
    assert.ok(ROLES.some(isTenant) && !ROLES.every(isTenant));
  });
});
