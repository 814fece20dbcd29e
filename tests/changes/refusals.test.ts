import assert from "node:assert/strict";
import fc from "fast-check";
import { type EngineError, engineErrors, engineEvent } from "#af/changes/engine-events";
import { waysOut, whyRefused } from "#af/changes/refusals";
import { resource } from "./resources";

const SERVICE = "kubernetes:core/v1:Service";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

const ports = [{ name: "roots", port: 1094 }];
const service = resource(SERVICE, { spec: { ports } });

/** What is told of an error of a resource: the reason, and the commands. */
function told(message: string, of: EngineError["resource"] = service): readonly (readonly [string, ...(readonly string[])])[] {
  return waysOut([{ message, resource: of }]).map((way) => [whyRefused(way), ...way.commands, ...(way.asks ? ["asks"] : [])] as const);
}
const why = (message: string, of?: EngineError["resource"]): string => told(message, of)[0]?.[0] ?? "";
const DUPLICATE = 'Service "thing" is invalid: spec.ports[1].name: Duplicate value: "roots"';

describe("A refusal of the API server that a hand has caused", () => {
  it("is an entry that stands beside the declared one, told with what is declared, unless that is long or not known", () => {
    assert.deepEqual(told(DUPLICATE), [
      [
        'Service place/thing: spec.ports holds what somebody else has set beside what is declared (spec.ports[1].name: Duplicate value: "roots"), ' +
          `and no up takes that out. Make it as declared by hand; declared is ${JSON.stringify(ports)}:`,
        "kubectl edit service -n place thing",
      ],
    ]);
    const long = resource(SERVICE, { spec: { ports: [{ name: "x".repeat(300) }] } });
    for (const of of [long, resource(SERVICE, {})]) assert.match(why(DUPLICATE, of), /Make it as declared by hand:$/);
  });

  it("is told of the list around an entry, and of what holds a field, in each form of the words", () => {
    for (const [words, place] of [
      ['spec.template.spec.containers[0].ports[1].name: Duplicate value: "http"', "spec.template.spec.containers[0].ports"],
      ['spec.template.spec.initContainers[0].name: Duplicate value: "i"', "spec.template.spec.initContainers"],
      ["spec.template.spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type", "spec.template.spec.volumes"],
      [
        'spec.template.spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
        "spec.template.spec.containers[0].env",
      ],
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'", "spec.strategy"],
    ] as const) {
      const said = told(`Deployment.apps "thing" is invalid: ${words}`, resource(DEPLOYMENT, {}));
      assert.ok(said[0]?.[0].startsWith(`Deployment place/thing: ${place} holds what somebody else has set`), JSON.stringify(said));
      assert.deepEqual(said[0]?.slice(1), ["kubectl edit deployment -n place thing"]);
    }
  });

  it("is a field that cannot change, told with what goes with the object; that comes first where there are several", () => {
    const several = `Service "thing" is invalid: [spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set, spec.ports[1].name: Duplicate value: "roots"]`;
    assert.deepEqual(told(several), [
      [
        "Service place/thing: spec.clusterIPs[0] cannot change while the object is there, and is not as declared. Delete the object; up makes it again:",
        "kubectl delete service -n place thing",
        "asks",
      ],
    ]);
    for (const [kind, words] of [
      ["ConfigMap", "data: Forbidden: field is immutable when `immutable` is set"],
      ["PriorityClass", "value: Forbidden: may not be changed in an update."],
      ["StorageClass", "reclaimPolicy: Invalid value: null: field is immutable"],
      ["Deployment", 'spec.selector: Invalid value: {"matchLabels":{"a":"c"}}: field is immutable'],
      ["StatefulSet", "spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden"],
    ])
      assert.match(why(`${kind} "thing" is invalid: ${words}`), /cannot change while the object is there/, words);
    const claim = 'PersistentVolumeClaim "thing" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests';
    assert.match(
      why(claim, resource(CLAIM, {})),
      /but not what goes with it: the claim and, unless its class retains, the volume behind it:$/,
    );
  });

  it("is an entry that the API server lists with others", () => {
    assert.match(
      why('Service "thing" is invalid: [spec.ports[1].name: Duplicate value: "roots", a: Required value]'),
      /Duplicate value: "roots"/,
    );
  });

  it("hides what is secret of what is declared", () => {
    const env = [{ name: "A", value: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hush" } }];
    const urn = "urn:pulumi:x::af::kubernetes:apps/v1:Deployment::thing";
    const inputs = { metadata: { name: "thing" }, spec: { template: { spec: { containers: [{ env }] } } } };
    const message =
      'Deployment.apps "thing" is invalid: spec.template.spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty';
    const lines = [
      { resourcePreEvent: { metadata: { op: "update", urn, type: DEPLOYMENT, new: { inputs } } } },
      { diagnosticEvent: { urn, severity: "error", message: `<{%reset%}>${message}<{%reset%}>\n` } },
      { diagnosticEvent: { urn, severity: "info", message } },
      "no event",
    ].map((each) => JSON.stringify(each));
    const events = [...lines, "", '{"diagnosticEv'].flatMap((line) => engineEvent(line) ?? []);
    const [way, ...others] = waysOut(engineErrors(events));
    assert.deepEqual(others, []);
    assert.match(way?.because ?? "", /declared is \[\{"name":"A","value":"\[secret\]"\}\]$/);
    assert.deepEqual(way?.commands, ["kubectl edit deployment thing"]);
  });

  it("is told once, however often the engine says it", () => {
    assert.equal(waysOut([1, 2, 3].map(() => ({ message: DUPLICATE, resource: service }))).length, 1);
  });

  it("is none where the words are of something else, of no object, or of an object that is not the resource's own", () => {
    const silent = [
      "the cluster does not answer",
      'Service "thing" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'PersistentVolumeClaim "thing" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Mi, but request is 1Gi',
      "ValidatingAdmissionPolicy 'facility-no-host-paths' with binding 'facility-no-host-paths' denied request: spec is hostPath",
      'admission webhook "a.example.edu" denied the request: no',
      'Operation cannot be fulfilled on services "thing": the object has been modified',
    ];
    for (const message of silent) assert.deepEqual(told(message), [], message);
    assert.deepEqual(waysOut([{ message: DUPLICATE, resource: undefined }]), []);
    for (const type of ["kubernetes:helm.sh/v3:Release", "kubernetes:core/v1:NodePatch", "random:index/randomPassword:RandomPassword"])
      assert.deepEqual(told(DUPLICATE, resource(type, {})), [], type);
    fc.assert(fc.property(fc.string(), (message) => assert.deepEqual(told(message), [])));
  });
});
