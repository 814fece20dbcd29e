import assert from "node:assert/strict";
import { KEYS_SECRET } from "#af/components/batch/schedd-part";
import { SIGNING_KEY_SECRET } from "#af/components/hub/hook";
import { AUTHORITY_SECRET } from "#af/components/platform/cluster-issuers";
import type { Role } from "#af/components/tenancy/roles";
import { nameOf } from "#af/components/tenancy/settings";
import { judge } from "#af/policies/judge";
import { containersOf, podTemplateOf } from "#af/policies/model/pods";
import { recordedObjects } from "#af/policies/recorded-objects";
import { signingKeysHaveOneReader as rule } from "#af/policies/security/signing-keys-have-one-reader";
import { recordProgram } from "#af/stacks/record";
import { KINDS, LISTS, neverSilent, SITE, verdictOn } from "../expect";
import { changed, CONTAINER, POD_SPEC, specPath, workload, type Data, type WorkloadKind } from "../manifests";

const pod = (role: Role, spec: Data, kind: WorkloadKind = "Deployment", name = "program") =>
  changed(
    changed(workload(kind, { ...POD_SPEC, ...spec }), ["metadata", "namespace"], nameOf(SITE.tenancy, role)),
    ["metadata", "name"],
    name,
  );
const said = (object: Data) => verdictOn([object], [rule]).findings.map(({ path, message }) => `${path}: ${message}`);
const mounting = (secretName: string): Data => ({ volumes: [{ name: "keys", secret: { secretName } }] });

describe("signing-keys-have-one-reader", () => {
  it("accepts the one reader of each key, and other Secrets", () => {
    assert.deepEqual(said(pod("hub", mounting(SIGNING_KEY_SECRET), "Deployment", "hub")), []);
    assert.deepEqual(said(pod("batch", mounting(KEYS_SECRET), "StatefulSet", "schedd")), []);
    assert.deepEqual(said(pod("batch", mounting("schedd-tokens"))), []);
    assert.deepEqual(said(pod("hub", mounting(KEYS_SECRET))), [], "of the same name in another namespace");
    assert.equal(verdictOn([workload("Deployment")], [rule]).checked[rule.name], 0);
  });

  it("refuses any other reader, in every kind and by every way", () => {
    const from = (secret: string) =>
      `Deployment ${nameOf(SITE.tenancy, "cert-manager")}/program reads ${secret}, the key of the facility's own authority; allowed: no pod`;
    assert.deepEqual(said(pod("cert-manager", mounting(AUTHORITY_SECRET))), [
      `spec.template.spec.volumes[0].secret.secretName: ${from(AUTHORITY_SECRET)}`,
    ]);
    const [name, secret] = [SIGNING_KEY_SECRET, { secretRef: { name: SIGNING_KEY_SECRET } }];
    for (const kind of KINDS) {
      const at = specPath(kind);
      const paths = (spec: Data) => said(pod("hub", spec, kind)).map((each) => each.split(": ")[0]);
      assert.deepEqual(paths(mounting(name)), [`${at}.volumes[0].secret.secretName`]);
      assert.deepEqual(paths({ volumes: [{ name: "all", projected: { sources: [{ secret: { name } }] } }] }), [
        `${at}.volumes[0].projected.sources[0].secret.name`,
      ]);
      for (const list of LISTS) {
        const reading = (more: Data) => ({ [list]: [{ ...CONTAINER, ...more }] });
        assert.deepEqual(paths(reading({ env: [{ name: "A", valueFrom: { secretKeyRef: { name, key: "facility" } } }] })), [
          `${at}.${list}[0].env[0].valueFrom.secretKeyRef.name`,
        ]);
        assert.deepEqual(paths(reading({ envFrom: [secret] })), [`${at}.${list}[0].envFrom[0].secretRef.name`]);
      }
    }
    assert.equal(said(pod("hub", mounting(name), "StatefulSet", "hub")).length, 1, "another kind of the same name");
  });

  it("names the keys and the readers that the facility has", async () => {
    const objects = recordedObjects(await recordProgram(SITE));
    assert.deepEqual(judge([rule], objects, { site: SITE }).findings, []);
    const reading = objects.flatMap((object) => {
      const spec = podTemplateOf(object);
      const text = JSON.stringify([spec?.spec.at("volumes").raw(), spec && containersOf(spec).map(({ field }) => field.raw())]);
      return [SIGNING_KEY_SECRET, KEYS_SECRET, AUTHORITY_SECRET]
        .filter((each) => text.includes(`"${each}"`))
        .map((each) => `${object.kind} ${object.name}: ${each}`);
    });
    assert.deepEqual(reading.sort(), [`Deployment hub: ${SIGNING_KEY_SECRET}`, `StatefulSet schedd: ${KEYS_SECRET}`]);
    const secrets = objects.filter(({ kind }) => kind === "Secret").map(({ name }) => name);
    for (const each of [SIGNING_KEY_SECRET, KEYS_SECRET, AUTHORITY_SECRET]) assert.ok(secrets.includes(each), each);
  });

  it("is never silent about what it cannot read", () => {
    const steps = ["spec", "template", "spec"];
    const object = pod("hub", mounting("own"));
    neverSilent(rule, object, [...steps, "volumes"], {});
    neverSilent(rule, object, [...steps, "volumes", 0, "secret", "secretName"], 1);
    neverSilent(rule, object, [...steps, "volumes", 0, "projected", "sources"], {});
    neverSilent(rule, object, [...steps, "containers", 0, "env"], {});
    neverSilent(rule, object, [...steps, "containers", 0, "envFrom"], {});
  });
});
