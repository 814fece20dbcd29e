import assert from "node:assert/strict";
import { fieldManager } from "#af/components/field-manager";
import { recordProgram, type RecordedResource } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../support/site-config";
import { KINDS, settingsOfKind } from "../support/site-kinds";
import { asRecord, emptiesIn, leavesUnder } from "./written";

/** Fields of a pod template that are pointers. */
const POD =
  /^spec\.template\.spec\.(automountServiceAccountToken|enableServiceLinks|(initContainers|containers)\[\]\.securityContext\.allowPrivilegeEscalation)$/;

/**
 * Empty values that the API server keeps, by kind and field: pointers, elements of lists and values of maps. It drops all others, because
 * its types leave out what is empty (`omitempty` in https://github.com/kubernetes/api/blob/master/core/v1/types.go and
 * https://github.com/kubernetes/api/blob/master/networking/v1/types.go), and a refresh reads what is gone as a change.
 */
const KEPT: Readonly<Record<string, RegExp>> = {
  NetworkPolicy:
    /^spec\.(podSelector|(ingress|egress)\[\]|(ingress|egress)\[\]\.(from|to)\[\]\.(podSelector|namespaceSelector\.matchLabels\..*))$/,
  PersistentVolumeClaim: /^spec\.storageClassName$/,
  Deployment: POD,
  StatefulSet: POD,
  CronJob:
    /^spec\.jobTemplate\.spec\.(backoffLimit|template\.spec\.(automountServiceAccountToken|enableServiceLinks|containers\[\]\.securityContext\.allowPrivilegeEscalation))$/,
};

/** API groups of Kubernetes itself. Those of definitions keep every value that their schema knows, except null. */
const BUILT_IN = /^([a-z]+\/)?v\d\w*$|\.k8s\.io\/v/;

const OBJECT = /^kubernetes:(?!helm\.sh\/)/;

describe("what the program writes", function () {
  this.timeout(60_000);
  const subjects = [
    ...SITES.map((name) => ({ name, config: () => Promise.resolve(siteConfig(name)) })),
    ...Object.keys(KINDS).map((title) => ({ name: title, config: () => settingsOfKind(title) })),
  ];
  for (const { name, config } of subjects) {
    it(`${name}: reads back as it is written, is written by one manager, and by one resource`, async () => {
      const site = parseSite(await config(), "a test");
      const { resources } = await recordProgram(site);
      const objects = resources.filter(({ custom, type }) => custom && OBJECT.test(type));
      assert.ok(objects.length > 10);
      assert.deepEqual(objects.flatMap(dropped), []);
      for (const { urn, inputs } of objects) {
        const annotations = asRecord(asRecord(inputs["metadata"])["annotations"]);
        assert.equal(annotations["pulumi.com/patchFieldManager"], fieldManager(site.site.name), urn);
        assert.equal(annotations["pulumi.com/patchForce"], "true", urn);
      }
      const names = objects.map(({ inputs }) => {
        const { name: object, namespace = "" } = asRecord(inputs["metadata"]);
        return [inputs["apiVersion"], inputs["kind"], namespace, object].join(" ");
      });
      // A second resource under the same manager would take the first one's fields away.
      assert.deepEqual(
        names.filter((each, index) => names.indexOf(each) !== index),
        [],
      );
      assert.ok(fieldManager(site.site.name).length <= 128);
    });
  }
});

/** What the API server would drop of an object. */
function dropped({ inputs }: RecordedResource): readonly string[] {
  const [kind, builtIn] = [String(inputs["kind"]), BUILT_IN.test(String(inputs["apiVersion"]))];
  // The values of a release are the chart's: a null there takes a default away.
  const { values: _, ...spec } = asRecord(inputs["spec"]);
  return leavesUnder(inputs["spec"] === undefined ? inputs : { ...inputs, spec })
    .filter(emptiesIn(builtIn))
    .filter(({ path }) => KEPT[kind]?.test(path) !== true)
    .map(({ path, value }) => `${kind} ${path}: ${JSON.stringify(value)}`);
}
