import assert from "node:assert/strict";
import { secretShapeProblems } from "#af/stacks/site/secret-shape";
import { declaredSecrets } from "#af/stacks/site/secrets";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../../support/site-config";

const CIPHERTEXT = "v1:8AbCdEfGhIjKlMnO:q83vEjRWeJq83vEjRWeJq8==";

for (const name of SITES) {
  describe(`the shape of ${name}'s secrets`, () => {
    const site = readSite(name);
    const secrets = declaredSecrets(site).map((secret) => secret.name);
    const problems = (given: unknown) => secretShapeProblems(site, { secrets: given });
    const all = (value: unknown) => Object.fromEntries(secrets.map((secret) => [secret, value]));

    it("is right when each is encrypted, by a passphrase or by a key service, and when there is none yet", () => {
      assert.ok(secrets.length > 0);
      assert.deepEqual(problems(all({ secure: CIPHERTEXT })), []);
      assert.deepEqual(problems(all({ secure: "AAABAL0q83vEjRWeJq83vEjRWeJq8w==" })), []);
      assert.deepEqual(secretShapeProblems(site, {}), []);
    });

    it("is wrong for a value in clear, and the value is never shown", () => {
      for (const value of ["hunter2-hunter2", { secure: CIPHERTEXT, also: "hunter2-hunter2" }, ["hunter2-hunter2"], 7]) {
        const found = problems(all(value));
        assert.equal(found.length, secrets.length);
        for (const { message } of found) {
          assert.match(message, /not encrypted; take it out.*pulumi config set --stack \w+ --secret --path af:secrets\./);
          assert.doesNotMatch(message, /hunter2/);
        }
      }
    });

    it("is wrong for what is no ciphertext", () => {
      for (const secure of ["hunter2", "v1:only", 7, ""]) {
        const found = problems(all({ secure }));
        assert.equal(found.length, secrets.length, JSON.stringify(secure));
        for (const { message } of found) assert.match(message, /not a ciphertext of Pulumi/);
      }
    });

    it("is wrong for a name that nobody reads, with the command that removes it", () => {
      const [problem] = problems({ hubClientSekret: { secure: CIPHERTEXT } });
      assert.equal(problem?.path, "af:secrets.hubClientSekret");
      assert.match(problem?.message ?? "", /no service of this site reads it; allowed: .*hubClientId.*pulumi config rm/);
    });

    it("is wrong for anything but a map", () => assert.match(problems("x")[0]?.message ?? "", /allowed: encrypted values by name/));
  });
}
