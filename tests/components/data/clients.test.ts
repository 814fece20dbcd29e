import assert from "node:assert/strict";
import { clientEnvironment, WORKER_TOKEN_FILE } from "#af/components/data/clients";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../../support/site-config";

describe("environment of XRootD's clients", () => {
  for (const name of SITES) {
    const { data } = parseSite(siteConfig(name), name);

    it(`${name}: differs between a pod and a worker by the file of the token alone`, () => {
      const { BEARER_TOKEN_FILE: file, ...worker } = clientEnvironment(data, WORKER_TOKEN_FILE);
      assert.deepEqual(worker, clientEnvironment(data));
      assert.equal(file, data.cache.kind === "none" ? undefined : WORKER_TOKEN_FILE);
    });
  }
});
