import assert from "node:assert/strict";
import { podsPassLimitRanges } from "#af/policies/quotas/pods-pass-limit-ranges";
import { verdictOn } from "../expect";
import { CLAIM } from "../facility-objects";
import { changed, CONTAINER, LIMIT_RANGE, workload, type Data } from "../manifests";

interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

const range = (item: object): Data => changed(LIMIT_RANGE, ["spec", "limits"], [item]);
const container = (resources: Resources): Data => ({ ...CONTAINER, resources });
const pod = (resources: readonly Resources[], own?: Resources): Data =>
  workload("Deployment", { containers: resources.map(container), ...(own && { resources: own }) });

/** What the rule says of an object beside an item of a LimitRange, or without one. */
function said(object: Data, item?: object): readonly string[] {
  const objects = [...(item ? [range(item)] : []), object];
  return verdictOn(objects, [podsPassLimitRanges]).findings.map(({ message }) => message);
}

/** Title, the item, what is at its bound, what is one step beyond it, and what is said of that. */
type Row = readonly [item: object | undefined, at: Data, beyond: Data, message: RegExp];

const of = (type: string, bounds: object) => ({ type, ...bounds });
const cpu = (requests: string, limits: string): Resources => ({ requests: { cpu: requests }, limits: { cpu: limits } });
const memory = (amount: string): Resources => ({ requests: { memory: amount }, limits: { memory: amount } });
const device = (requests: string, limits?: string): Resources => ({
  requests: { "nvidia.com/gpu": requests },
  ...(limits && { limits: { "nvidia.com/gpu": limits } }),
});
const claim = (storage: string) => changed(CLAIM, ["spec", "resources", "requests", "storage"], storage);

const BOUNDS: Readonly<Record<string, Row>> = {
  "min of a request": [
    of("Container", { min: { cpu: "10m" } }),
    pod([cpu("10m", "20m")]),
    pod([cpu("9m", "20m")]),
    /^container main asks for 9m cpu; allowed: at least 10m \(spec\.limits\[0\]\.min\.cpu of the LimitRange\)$/,
  ],
  "min of a limit": [
    of("Container", { min: { cpu: "10m" } }),
    pod([cpu("10m", "10m")]),
    pod([cpu("9m", "9m")]),
    /is limited to 9m cpu; allowed: at least 10m/,
  ],
  "min that nothing asks for": [
    of("Pod", { min: { cpu: "10m" } }),
    pod([cpu("10m", "10m")]),
    pod([memory("1Gi")]),
    /the pod has no request of cpu; allowed: at least 10m/,
  ],
  "max of a limit": [
    of("Container", { max: { memory: "1Gi" } }),
    pod([memory("1Gi")]),
    pod([{ requests: { memory: "1Gi" }, limits: { memory: "1025Mi" } }]),
    /^container main is limited to 1Gi memory; allowed: at most 1Gi/,
  ],
  "max of a request": [
    of("Container", { max: { cpu: "100m" } }),
    pod([cpu("100m", "100m")]),
    pod([cpu("101m", "101m")]),
    /asks for 101m cpu; allowed: at most 100m/,
  ],
  "max that nothing is limited to": [
    of("Pod", { max: { cpu: "1" } }),
    pod([cpu("1", "1")]),
    pod([{ requests: { cpu: "1" } }]),
    /the pod has no limit of cpu; allowed: at most 1/,
  ],
  "ratio of limit and request": [
    of("Container", { maxLimitRequestRatio: { cpu: "2.5" } }),
    pod([cpu("100m", "250m")]),
    pod([cpu("100m", "251m")]),
    /is limited to 251m cpu; allowed by its request and the ratio: at most 250m/,
  ],
  "ratio without a limit": [
    of("Container", { maxLimitRequestRatio: { cpu: "2" } }),
    pod([cpu("1m", "1m")]),
    pod([{ requests: { cpu: "1m" } }]),
    /has no limit of cpu, or one of 0; allowed: a request and a limit/,
  ],
  "ratio to a request of 0": [
    of("Container", { maxLimitRequestRatio: { cpu: "2" } }),
    pod([cpu("1m", "2m")]),
    pod([cpu("0", "2m")]),
    /has no request of cpu, or one of 0/,
  ],
  "min of a claim": [
    of("PersistentVolumeClaim", { min: { storage: "1Gi" } }),
    claim("1Gi"),
    claim("1023Mi"),
    /^the claim asks for 1023Mi storage; allowed: at least 1Gi/,
  ],
  "max of a claim": [
    of("PersistentVolumeClaim", { max: { storage: "1Gi" } }),
    claim("1Gi"),
    claim("2Gi"),
    /^the claim asks for 2Gi storage; allowed: at most 1Gi/,
  ],
  "max of a claim that asks for nothing": [
    of("PersistentVolumeClaim", { max: { "requests.storage": "1Gi" } }),
    changed(claim("1Gi"), ["spec", "resources", "requests", "requests.storage"], "1Gi"),
    claim("1Gi"),
    /the claim has no request of requests\.storage/,
  ],
  "a claim of nothing": [undefined, claim("1"), claim("0"), /the claim asks for 0 storage; allowed: more than 0/],
  // In thousandths of a byte, in which the API server compares; figures know whole bytes.
  "max within a byte": [
    of("Container", { max: { memory: "1500m" } }),
    pod([memory("1500m")]),
    pod([memory("1501m")]),
    /is limited to 2 memory; allowed: at most 2/,
  ],
  "an amount below 0": [undefined, pod([cpu("0", "0")]), pod([cpu("-1m", "0")]), /asks for -1m cpu; allowed: 0 or more/],
  "a limit below 0": [
    undefined,
    pod([{ limits: { cpu: "0" } }]),
    pod([{ limits: { cpu: "-1m" } }]),
    /is limited to -1m cpu; allowed: 0 or more/,
  ],
  "a request above its limit": [
    undefined,
    pod([cpu("50m", "50m")]),
    pod([cpu("51m", "50m")]),
    /asks for 51m cpu, and its limit, defaults filled in, is 50m; allowed: a request up to the limit/,
  ],
  "a device above its request": [
    undefined,
    pod([device("1", "1")]),
    pod([device("1", "2")]),
    /asks for 1 nvidia\.com\/gpu and is limited to 2; allowed: a limit that is its request/,
  ],
  "a device without a limit": [undefined, pod([device("2", "2")]), pod([device("2")]), /asks for 2 nvidia\.com\/gpu and has no limit/],
  "huge pages without a limit": [
    undefined,
    pod([{ requests: { "example.kubernetes.io/thing": "1" }, limits: { "example.kubernetes.io/thing": "2" } }]),
    pod([{ requests: { "hugepages-2Mi": "2Mi", cpu: "1" }, limits: { "hugepages-2Mi": "4Mi" } }]),
    /hugepages-2Mi and is limited to .*; allowed: a limit that is its request/,
  ],
  "huge pages with neither CPU nor memory": [
    undefined,
    pod([
      { limits: { "hugepages-2Mi": "2Mi", cpu: "1" } },
      { requests: { "hugepages-2Mi": "2Mi", memory: "1Mi" }, limits: { "hugepages-2Mi": "2Mi" } },
    ]),
    pod([{ limits: { "hugepages-2Mi": "2Mi", "ephemeral-storage": "1Mi" } }]),
    /container main has huge pages alone; allowed: with cpu or memory beside them/,
  ],
  "containers that ask for more than their pod": [
    undefined,
    pod([{ requests: { cpu: "1" } }, { requests: { cpu: "1" } }], { requests: { cpu: "2" } }),
    pod([{ requests: { cpu: "1" } }, { requests: { cpu: "1001m" } }], { requests: { cpu: "2" } }),
    /the pod asks for 2 cpu; allowed: at least 2\.001, as its containers together/,
  ],
  "a container with a higher limit than its pod": [
    undefined,
    pod([cpu("1", "2")], cpu("1", "2")),
    pod([cpu("1", "2001m")], cpu("1", "2")),
    /container main is limited to 2\.001 cpu; allowed: at most 2, as its pod/,
  ],
};

describe("bounds of amounts", () => {
  for (const [title, [item, at, beyond, message]] of Object.entries(BOUNDS))
    it(`${title}: allowed at the bound, refused a step beyond it`, () => {
      assert.deepEqual(said(at, item), []);
      const messages = said(beyond, item);
      assert.ok(
        messages.some((each) => message.test(each)),
        messages.join("\n") || "nothing found",
      );
    });
});
