import assert from "node:assert/strict";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { app, G, host, HOSTNAME, pod, verdictOn } from "./support";

/** For each filter a pod that it refuses, and one that differs in a single field and is admitted. Every case has two hosts; the second takes no pod. */
interface Case {
  readonly filter: string;
  readonly reason: string;
  readonly refused: readonly [host: Partial<PackHost>, pod: Partial<PackPod>];
  readonly taken: readonly [host: Partial<PackHost>, pod: Partial<PackPod>];
}

const taint = { key: "cache", value: "true", effect: "NoSchedule" };
const standing = (changes: Partial<PackPod>) => ({ standing: [pod("agent", changes)] });
const anti = (name: string) => [{ labelSelector: app(name), topologyKey: HOSTNAME }];
const zone = (skew: Partial<NonNullable<PackPod["spread"]>[number]>) => ({
  spread: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: app("agent"), ...skew }],
});
const east = { labels: { zone: "east" } };
const field = (name: string) => ({ key: "metadata.name", operator: "In", values: [name] });
const inEast = { key: "zone", operator: "In", values: ["east"] };

const cases: readonly Case[] = [
  {
    filter: "name",
    reason: "node(s) didn't match the requested node name",
    refused: [{}, { placement: { nodeName: "elsewhere" } }],
    taken: [{}, { placement: { nodeName: "one" } }],
  },
  {
    filter: "name, by required terms that all have one",
    reason: "node(s) didn't satisfy plugin(s) [NodeAffinity]",
    refused: [{}, { placement: { requiredTerms: [{ matchFields: [field("elsewhere")] }, { matchFields: [field("anywhere")] }] } }],
    taken: [{}, { placement: { requiredTerms: [{ matchFields: [field("elsewhere")] }, { matchFields: [field("one")] }] } }],
  },
  {
    filter: "name, by one of the required terms",
    reason: "node(s) didn't match Pod's node affinity/selector",
    refused: [{}, { placement: { requiredTerms: [{ matchFields: [field("elsewhere")] }, { matchExpressions: [inEast] }] } }],
    taken: [east, { placement: { requiredTerms: [{ matchFields: [field("elsewhere")] }, { matchExpressions: [inEast] }] } }],
  },
  {
    filter: "taints",
    reason: "node(s) had untolerated taint(s)",
    refused: [{ taints: [taint] }, {}],
    taken: [{ taints: [{ ...taint, effect: "PreferNoSchedule" }] }, {}],
  },
  {
    filter: "selector",
    reason: "node(s) didn't match Pod's node affinity/selector",
    refused: [{ labels: { use: "ceph" } }, { placement: { nodeSelector: { use: "users" } } }],
    taken: [{ labels: { use: "users" } }, { placement: { nodeSelector: { use: "users" } } }],
  },
  {
    filter: "ports, of every address and of one",
    reason: "node(s) didn't have free ports for the requested pod ports",
    refused: [standing({ hostPorts: [{ port: 443 }] }), { hostPorts: [{ port: 443, ip: "10.0.0.1" }] }],
    taken: [standing({ hostPorts: [{ port: 443, protocol: "UDP" }] }), { hostPorts: [{ port: 443, ip: "10.0.0.1" }] }],
  },
  {
    filter: "ports of two addresses",
    reason: "node(s) didn't have free ports for the requested pod ports",
    refused: [standing({ hostPorts: [{ port: 443, ip: "10.0.0.1" }] }), { hostPorts: [{ port: 443, ip: "10.0.0.1" }] }],
    taken: [standing({ hostPorts: [{ port: 443, ip: "10.0.0.2" }] }), { hostPorts: [{ port: 443, ip: "10.0.0.1" }] }],
  },
  {
    filter: "CPU",
    reason: "Insufficient cpu",
    refused: [{}, { requests: { cpu: 4001n } }],
    taken: [{}, { requests: { cpu: 4000n } }],
  },
  {
    filter: "memory beside what stands there",
    reason: "Insufficient memory",
    refused: [standing({}), { requests: { memory: 15n * G + 1n } }],
    taken: [standing({}), { requests: { memory: 15n * G } }],
  },
  {
    filter: "CPU of a host that has less than stands there",
    reason: "Insufficient cpu",
    refused: [standing({ requests: { cpu: 5000n } }), { requests: { cpu: 1n } }],
    taken: [standing({ requests: { cpu: 5000n } }), { requests: { cpu: 0n } }],
  },
  {
    filter: "a resource that is not there",
    reason: "Insufficient nvidia.com/gpu",
    refused: [{}, { requests: { "nvidia.com/gpu": 1n } }],
    taken: [{}, { requests: { "nvidia.com/gpu": 0n } }],
  },
  {
    filter: "number of pods",
    reason: "Too many pods",
    refused: [{ ...standing({}), allocatable: { cpu: 4000n, memory: 16n * G, pods: 1n } }, {}],
    taken: [{ ...standing({}), allocatable: { cpu: 4000n, memory: 16n * G, pods: 2n } }, {}],
  },
  {
    filter: "bound volumes",
    reason: "node(s) didn't match PersistentVolume's node affinity",
    refused: [east, { volumes: [[{ matchExpressions: [{ key: "zone", operator: "In", values: ["west"] }] }]] }],
    taken: [east, { volumes: [[{ matchExpressions: [{ key: "zone", operator: "In", values: ["east"] }] }]] }],
  },
  {
    filter: "spread, with itself and an empty domain",
    reason: "node(s) didn't match pod topology spread constraints",
    refused: [
      { ...east, ...standing({}) },
      { labels: { app: "agent" }, ...zone({}) },
    ],
    taken: [
      { ...east, ...standing({}) },
      { labels: { app: "agent" }, ...zone({ maxSkew: 2 }) },
    ],
  },
  {
    filter: "spread, with fewer domains than asked for",
    reason: "node(s) didn't match pod topology spread constraints",
    refused: [
      { ...east, ...standing({}) },
      { labels: { app: "agent" }, ...zone({ nodeTaintsPolicy: "Honor", minDomains: 2 }) },
    ],
    taken: [
      { ...east, ...standing({}) },
      { labels: { app: "agent" }, ...zone({ nodeTaintsPolicy: "Honor", minDomains: 1 }) },
    ],
  },
  {
    filter: "spread, with a domain that the selector leaves out",
    reason: "node(s) didn't match pod topology spread constraints",
    refused: [
      { labels: { ...east.labels, use: "hub" }, ...standing({}) },
      { labels: { app: "agent" }, placement: { nodeSelector: { use: "hub" } }, ...zone({ nodeAffinityPolicy: "Ignore" }) },
    ],
    taken: [
      { labels: { ...east.labels, use: "hub" }, ...standing({}) },
      { labels: { app: "agent" }, placement: { nodeSelector: { use: "hub" } }, ...zone({ nodeAffinityPolicy: "Honor" }) },
    ],
  },
  {
    filter: "spread that is only wished for",
    reason: "node(s) didn't match pod topology spread constraints",
    refused: [
      { ...east, ...standing({}) },
      { labels: { app: "agent" }, ...zone({}) },
    ],
    taken: [
      { ...east, ...standing({}) },
      { labels: { app: "agent" }, ...zone({ whenUnsatisfiable: "ScheduleAnyway" }) },
    ],
  },
  {
    filter: "the label of a spread",
    reason: "node(s) didn't match pod topology spread constraints (missing required label)",
    refused: [{}, zone({})],
    taken: [east, zone({})],
  },
  {
    filter: "affinity",
    reason: "node(s) didn't match pod affinity rules",
    refused: [standing({}), { affinity: anti("hub") }],
    taken: [standing({}), { affinity: anti("agent") }],
  },
  {
    filter: "affinity of the first of a group",
    reason: "node(s) didn't match pod affinity rules",
    refused: [{}, { affinity: anti("hub"), labels: { app: "other" } }],
    taken: [{}, { affinity: anti("hub"), labels: { app: "hub" } }],
  },
  {
    filter: "anti-affinity",
    reason: "node(s) didn't match pod anti-affinity rules",
    refused: [standing({}), { antiAffinity: anti("agent") }],
    taken: [standing({}), { antiAffinity: [{ ...anti("agent")[0], topologyKey: HOSTNAME, namespaces: ["other"] }] }],
  },
  {
    filter: "anti-affinity of those that stand there",
    reason: "node(s) didn't satisfy existing pods anti-affinity rules",
    refused: [standing({ antiAffinity: anti("pod") }), {}],
    taken: [standing({ antiAffinity: anti("hub") }), {}],
  },
];

describe("the scheduler's filters", () => {
  const closed = host("two", { labels: { zone: "west" }, taints: [{ key: "closed", effect: "NoExecute" }] });
  for (const { filter, reason, refused, taken } of cases)
    it(`asks for ${filter}`, () => {
      const hosts = (changes: Partial<PackHost>) => [host("one", changes), closed];
      assert.equal(verdictOn("pod", hosts(taken[0]), [pod("pod", taken[1])]).verdict, "fits");
      const { verdict, refusals, message } = verdictOn("pod", hosts(refused[0]), [pod("pod", refused[1])]);
      assert.equal(verdict, "does not fit");
      assert.deepEqual(refusals.find(({ hosts: [name] }) => name === "one")?.reason, reason);
      assert.ok(
        (message.startsWith("0/2 nodes are available: ") && message.includes(`1 ${reason}`)) || message.includes(`2 ${reason}`),
        message,
      );
    });
});
