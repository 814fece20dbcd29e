import assert from "node:assert/strict";
import type { Manifest } from "#af/components/manifest";
import { unservedAddresses } from "#af/tools/charts/addresses";

const service = (namespace: string, name: string, ...ports: readonly number[]): Manifest => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { ports: ports.map((port) => ({ port })) },
});

describe("addresses of Services", () => {
  const objects = [service("hub", "hub", 8081), service("hub", "front", 80, 443), { ...service("hub", "other", 1), kind: "ConfigMap" }];

  const cases: readonly (readonly [text: string, problem: string | undefined])[] = [
    ['{"url":"http://hub:8081/hub/api"}', undefined],
    ["http://hub.hub.svc:8081", undefined],
    ["http://hub.hub.svc.cluster.local:8081/x", undefined],
    ["http://front and https://front/", undefined],
    ["http://hub:8082/", "ports of that Service are 8081"],
    ["https://hub", "ports of that Service are 8081"],
    ["http://hub.elsewhere.svc:8081", "no Service hub in elsewhere"],
    ["http://other:1/", "no Service other in hub"],
    ["http://localhost:9/ https://example.edu:1/ http://192.0.2.1:8/ http://hub.example.edu:8082", undefined],
  ];
  for (const [text, problem] of cases)
    it(`${text}: ${problem ?? "served"}`, () => {
      const found = unservedAddresses([{ by: "the chart", namespace: "hub", text }], objects);
      assert.equal(found.length, problem === undefined ? 0 : 1, found.join());
      assert.ok(found[0]?.includes(problem ?? "") ?? true, found[0]);
    });
});
