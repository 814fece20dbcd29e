import { labelsOf } from "../../components/nodes/labels";
import { schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import type { Taint } from "../../capacity/placement";
import type { Site } from "../../stacks/site/schema";
import type { Field } from "../model/field";
import { is, WHOLE_STACK } from "../model/objects";
import type { Judgement, SiteRule } from "../model/rules";

export const hostsAreSetUpAsCounted: SiteRule = {
  name: "hosts-are-set-up-as-counted",
  pack: "quotas",
  title: "The stack sets up the hosts of the site file and no others, with the labels and taints by which everything is proved to fit.",
  why: "Every proof of the other rules is about the hosts of the site file. It holds for the cluster only if the stack sets up these hosts, with these labels and taints.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Make the Nodes of the stack from af:nodes: every proof is void if a counted host is missing or a host is not counted.",
  frameworks: ["facility:Q-50"],
  scope: "site",
  check: (objects, site, on) => {
    const nodes = objects.filter((each) => is(each, "v1", "Node"));
    if (nodes.length === 0) return;
    const hosts = schedulableHosts(site);
    const named = new Set<string>();
    for (const node of nodes) {
      const judgement = on(node);
      judgement.attempt(() => {
        judgement.countChecked();
        const field = node.root.at("metadata", "name");
        const host = hosts.find(({ name }) => name === field.text());
        named.add(field.text() ?? "");
        if (host) judgeHost(node.root, host, site, judgement);
        else judgement.violation(field, "is set up, and af:nodes has no such host, so nothing is proved about it");
      });
    }
    if (named.size < nodes.length) return;
    for (const { name, pool } of hosts.filter((host) => !named.has(host.name)))
      on(WHOLE_STACK).violation(WHOLE_STACK.root, `${name} of af:nodes.${pool} counts in every proof, and the stack sets up no such Node`);
  },
};

function judgeHost(root: Field, { pool, taints: known }: SiteHost, { nodes }: Site, judgement: Judgement): void {
  const settings = nodes[pool];
  if (!settings) return;
  const labels = root.at("metadata", "labels");
  for (const [key, counted] of Object.entries(labelsOf(pool, settings))) {
    const found = labels.at(key).text();
    if (found !== counted) judgement.violation(labels.at(key), `is ${found ?? "not there"}, and the proof takes it to be ${counted}`);
  }
  const taints = root.at("spec", "taints");
  const found = taints.items().map((taint) => taintText(taint.texts()));
  // The taints that kubeadm puts on control-plane hosts count, but the stack does not set them.
  const [counted, own] = [known.map(taintText), settings.taints.map(taintText)];
  if (!found.every((taint) => counted.includes(taint)) || !own.every((taint) => found.includes(taint)))
    judgement.violation(taints, `are ${textOf(found)}, and the proof takes them to be ${textOf(own)}`);
}

function taintText({ key = "", value = "", effect = "" }: Partial<Taint>): string {
  return `${key}=${value}:${effect}`;
}

function textOf(taints: readonly string[]): string {
  return taints.length === 0 ? "none" : taints.join(", ");
}
