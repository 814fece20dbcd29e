import { grouped } from "../../capacity/packing/grouped";
import { isPodKind, isSameKind, type PodKind } from "../../components/tenancy/flows";
import type { Site } from "../../stacks/site/schema";
import { connectionsOf, deafPorts, type Reach } from "../model/connections";
import { nameOfEnd } from "../model/flow-table";
import { WHOLE_STACK, type KubernetesObject } from "../model/objects";
import { portsText, without } from "../model/port-set";
import { namespaceRoles } from "../model/roles";
import type { JudgementOf, SiteRule } from "../model/rules";

export const connectionsAreListed: SiteRule = {
  name: "connections-are-listed",
  pack: "security",
  title: "Pods reach each other, the hosts and the world outside by the listed flows, and by nothing else.",
  why: "Policies add up, so one that opens much undoes all that open little, and what no policy opens at both ends does not work. This rule compares what all policies together open, those of charts among them, with the flows that the concerns list.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Remove the policy that opens more, or list the flow in the part of its concern (components/<concern>/parts.ts). Who reaches whom: npm run -s plan -- <site> --flows",
  frameworks: ["CIS:5.3.2", "Kubescape:C-0260", "facility:NET-07"],
  scope: "site",
  check: judge,
};

function judge(objects: readonly KubernetesObject[], site: Site, on: JudgementOf): void {
  const { ends, reaches, flows, pairs } = connectionsOf(objects, site);
  const roles = namespaceRoles(objects);
  const namespaceOf = ({ role }: PodKind) =>
    objects.find(({ kind, name }) => kind === "Namespace" && roles.get(name) === role) ?? WHOLE_STACK;
  for (let compared = 0; compared < pairs; compared++) on(WHOLE_STACK).countChecked();
  const report = (say: (from: string, what: string) => string, wrong: (reach: Reach) => Reach["open"]) => {
    const found = reaches.map((reach) => ({ reach, ports: wrong(reach) })).filter(({ ports }) => ports.length > 0);
    for (const [name, members] of grouped(found, ({ reach: { from } }) => nameOfEnd(from))) {
      const [first] = members;
      if (!first) continue;
      const { from, to } = first.reach;
      const place = from.pods ?? to.pods;
      const object = place ? namespaceOf(place) : WHOLE_STACK;
      on(object).violation(object.root, say(name, targetsText(members)));
    }
  };
  report(
    (from, what) => `${from} may connect to ${what}, which no flow lists; allowed: the listed flows alone`,
    ({ open, listed }) => without(open, listed),
  );
  report(
    (from, what) => `${from} cannot connect to ${what}, which a flow lists; allowed: policies that open it at both ends`,
    ({ open, listed }) => without(listed, open),
  );
  const pods = ends.flatMap((end) => end.pods ?? []);
  for (const flow of flows) {
    const { to } = flow;
    if (!isPodKind(to)) continue;
    const deaf = deafPorts(flow, pods.find((pod) => isSameKind(pod, to)) ?? to);
    if (deaf.length > 0)
      on(namespaceOf(to)).violation(
        namespaceOf(to).root,
        `a flow leads to ${to.role}/${to.name} on ${flow.protocol ?? "TCP"} ${portsText(deaf)}, where nothing listens`,
      );
  }
}

/** Targets with their ports, each once. */
function targetsText(found: readonly { readonly reach: Reach; readonly ports: Reach["open"] }[]): string {
  const texts = found.map(({ reach: { to, protocol }, ports }) => `${nameOfEnd(to)} on ${protocol} ${portsText(ports)}`);
  return [...new Set(texts)].join("; ");
}
