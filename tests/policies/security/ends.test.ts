import assert from "node:assert/strict";
import { judge } from "#af/policies/judge";
import { nothingEndsSoon } from "#af/policies/security/nothing-ends-soon";
import { nothingHasEnded } from "#af/policies/security/nothing-has-ended";
import type { Site } from "#af/stacks/site/schema";
import { readSite } from "#af/stacks/site/read";
import { SITE } from "../expect";
import { waiverOf } from "../waiver";

const today = new Date("2027-03-01T23:59:00Z");

/** A site on which a credential, a waiver and an approval end on a day. */
function ending(until: string): Site {
  const approval = { change: "delete" as const, object: "Namespace old", fields: [], ...answeredFor(until) };
  return { ...SITE, expiry: { hubClientSecret: until }, waivers: [waiverOf({ until })], approvals: [approval] };
}

function answeredFor(until: string) {
  const { owner, reason, ticket } = waiverOf();
  return { owner, reason, ticket, until };
}

/** What a rule says on {@link today} of a site of which all ends on a day. */
function said(rule: typeof nothingHasEnded, until: string): readonly string[] {
  return judge([rule], [], { site: ending(until), today }).findings.map(({ path, message }) => `${path}: ${message}`);
}

describe("nothing-has-ended", () => {
  it("refuses all that ended yesterday, and nothing on its last day", () => {
    assert.deepEqual(said(nothingHasEnded, "2027-03-01"), []);
    const messages = said(nothingHasEnded, "2027-02-28");
    assert.deepEqual(
      messages.map((message) => message.split(":").slice(0, 2).join(":")),
      ["af:expiry.hubClientSecret", "af:waivers[0].until", "af:approvals[0].until"],
    );
    for (const message of messages) assert.match(message, /ended on 2027-02-28; /);
  });
});

describe("the overlap of signing keys", () => {
  it("ends on its day as a waiver does, with what to do about it", () => {
    const { batch, ...site } = readSite("unl");
    assert.ok(batch.kind === "htcondor" && batch.schedd.kind === "dedicated");
    const overlapping = (until: string): Site => {
      const signingKey = { id: "facility-2", previous: { id: "facility", until } };
      return { ...site, waivers: [], batch: { ...batch, schedd: { ...batch.schedd, signingKey } } as Site["batch"] };
    };
    const told = (rule: typeof nothingHasEnded, until: string) =>
      judge([rule], [], { site: overlapping(until), today }).findings.map(({ path, message }) => `${path}: ${message}`);
    assert.deepEqual(told(nothingHasEnded, "2027-03-01"), []);
    assert.match(
      told(nothingEndsSoon, "2027-03-01").join(),
      /^af:batch\.schedd\.signingKey\.previous\.until: .* key facility ends today; take previous out/,
    );
    assert.match(
      told(nothingHasEnded, "2027-02-28").join(),
      /^af:batch\.schedd\.signingKey\.previous\.until: .* key facility ended on 2027-02-28; take/,
    );
  });
});

describe("nothing-ends-soon", () => {
  it("tells what ends within 30 days, and leaves what has ended to the other rule", () => {
    assert.equal(said(nothingEndsSoon, "2027-04-01").length, 0);
    for (const until of ["2027-03-31", "2027-03-02", "2027-03-01"]) assert.equal(said(nothingEndsSoon, until).length, 3, until);
    assert.match(said(nothingEndsSoon, "2027-03-02")[0] ?? "", /ends in 1 day, on 2027-03-02; get a new one, set it: pulumi config set/);
    assert.equal(said(nothingEndsSoon, "2027-02-28").length, 0);
  });
});
