import assert from "node:assert/strict";
import { flattened } from "#af/components/parts";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { spoilt } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";

describe("Routes of a cluster's own router", () => {
  it("give a service the time of the site file, in a unit that the router reads, and more than the router's own 30 seconds unless it says less", async () => {
    const site = await settingsOfKind("platform.ingress: routes");
    const times = (config: Record<string, unknown>) =>
      flattened(partsOf(parseSite(config, "a test")))
        .flatMap(({ objects }) => Object.values(objects))
        .filter(({ kind }) => kind === "Route")
        .map(({ metadata }) => metadata.annotations?.["haproxy.router.openshift.io/timeout"]);
    assert.deepEqual([...new Set(times(site))], ["600s"]);
    assert.deepEqual([...new Set(times(spoilt(site, ["platform", "ingress", "timeout"], 900)))], ["900s"]);
  });
});
