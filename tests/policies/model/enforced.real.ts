import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { clusterFacts } from "#af/components/tenancy/cluster";
import { plain } from "#af/policies/engine-values";
import { connectionsOf, namespaceLabels, networkPoliciesOf, PROTOCOLS } from "#af/policies/model/connections";
import { nameOfEnd } from "#af/policies/model/flow-table";
import type { NetworkEnd } from "#af/policies/model/network-ends";
import type { Protocol } from "#af/policies/model/network-policy";
import { objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { common, type PortSet } from "#af/policies/model/port-set";
import { Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { NETWORK_POLICIES } from "#af/sandbox/tools/tool";
import { recordProgram } from "#af/stacks/record";
import { projectFolder } from "#af/stacks/site/project";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { ControlPlane, controlPlaneTools, requireTools } from "../../sandbox/plugins/control-plane";
import { requireBuilt } from "../../support/built-program";
import { NetworkCell } from "../../support/network-cell";
import { requirePrograms } from "../../support/programs";
import { SITES } from "../../support/site-config";
import { skipped } from "../../support/skipped";
import type { StartedProgram } from "../../support/started-program";

/** The node of all pods: the daemon judges packets of its own node's pods. */
const NODE = "host";

interface Try {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly open: boolean;
  /** For people. */
  readonly name: string;
}

for (const name of SITES)
  describe(`what the kernel lets through when the policies of ${name} are enforced`, function () {
    this.timeout(300_000);
    const plane = new ControlPlane();
    const cell = new NetworkCell();
    let cluster: Cluster;
    let daemon: StartedProgram;

    before(async function () {
      if (process.getuid?.() !== 0) skipped(this, "only root may hand packets to another program");
      requirePrograms(this, "iptables");
      const tools = await requireTools(this, ...controlPlaneTools);
      const program = await requireBuilt(this, NETWORK_POLICIES);
      await cell.start(this, []);
      await plane.start(tools, "serviceaccount-controller");
      cluster = Cluster.load(plane.kubeconfig);
      await cell.open(Number(new URL(cluster.config.getCurrentCluster()?.server ?? "").port));
      daemon = cell.run([program, "enforce", plane.kubeconfig, NODE], {});
      await daemon.until("rules of the kernel", () => Promise.resolve(/Syncing nftables rules/.test(daemon.log)));
      await inCell(["iptables", ...QUEUE]);
    });
    after(async () => {
      await cell.stop();
      await plane.stop();
    });

    it("is what the table of who reaches whom says", async () => {
      const site = readSite(name);
      const { resources } = await recordProgram(site);
      const objects = resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
      const { reaches, ends } = connectionsOf(objects, site);
      const sources = ends.filter(isUsable);
      const targets = [...new Map(reaches.map(({ to }) => [to.endpoint.address, to])).values()].filter(isUsable);
      await lay(objects, site, [...sources, ...targets]);
      const open = new Map(reaches.map((reach) => [keyOf(reach.from, reach.to, reach.protocol), reach.open]));
      const tries = sources.flatMap((from) =>
        targets
          .filter((to) => (from.pods ?? to.pods) !== undefined && from.endpoint.address !== to.endpoint.address)
          .flatMap((to) => PROTOCOLS.flatMap((protocol) => triesOf(from, to, protocol, open.get(keyOf(from, to, protocol)) ?? []))),
      );
      const wrong = await wrongOf(tries);
      console.log(`      ${tries.length} connections, ${tries.filter((each) => each.open).length} of them open`);
      assert.deepEqual(wrong, []);
    });

    /** Puts pods with the addresses of the ends, and the policies, before the daemon, and gives the addresses to the cell. */
    async function lay(objects: readonly KubernetesObject[], site: Site, ends: readonly NetworkEnd[]): Promise<void> {
      const labels = namespaceLabels(objects, clusterFacts(site.site.kubernetes));
      for (const [namespace, own] of Object.entries(labels)) {
        const kept = Object.fromEntries(Object.entries(own).filter(([key]) => !key.startsWith("pod-security")));
        await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: kept } }, "test");
      }
      const policies = networkPoliciesOf(objects).map(({ root, namespace }) => {
        const policy = root.raw() as ClusterObject;
        return { ...policy, metadata: { name: policy.metadata.name, namespace } };
      });
      await Promise.all(policies.map((policy) => cluster.apply(policy, "test")));
      const routes = ends.map(({ endpoint }) => `ip route replace local ${endpoint.address} dev lo`);
      await inCell(["sh", "-ec", routes.join("\n")]);
      await Promise.all(ends.filter(({ endpoint }) => endpoint.pod).map(layPod));
    }

    async function layPod({ endpoint: { address, pod } }: NetworkEnd): Promise<void> {
      const { namespace = "", labels = {}, ports = [] } = pod ?? {};
      const key = { apiVersion: "v1", kind: "Pod", metadata: { name: `at-${address.replaceAll(".", "-")}`, namespace } };
      const spec = {
        nodeName: NODE,
        automountServiceAccountToken: false,
        containers: [{ name: "main", image: "none", ports: ports.map(({ port, ...rest }) => ({ ...rest, containerPort: port })) }],
      };
      await cluster.apply({ ...key, metadata: { ...key.metadata, labels }, spec }, "test");
      await cluster.patchStatus(key, { phase: "Running", podIP: address, podIPs: [{ ip: address }] });
    }

    /** Tries whose outcome is another than the table says. On a busy machine an answer may be late, so those are tried again with more patience. */
    async function wrongOf(tries: readonly Try[]): Promise<readonly string[]> {
      let left = tries;
      for (const patience of [1_500, 5_000, 15_000]) {
        const answers = JSON.parse(await inCell([process.execPath, CONNECT], JSON.stringify({ patience, tries: left }))) as boolean[];
        left = left.filter(({ open }, index) => answers[index] !== open);
        if (left.length === 0) break;
      }
      return left.map((each) => `${each.name}: ${each.open ? "open" : "shut"} in the table`);
    }

    function inCell(command: readonly string[], input = ""): Promise<string> {
      const [program = "", ...args] = cell.inside(command);
      return new Promise((resolve, reject) => {
        const child = execFile(program, args, { maxBuffer: 1e8, timeout: 120_000 }, (error, out, told) =>
          error ? reject(new Error(`${told}\n${daemon.log.slice(-2000)}`)) : resolve(out),
        );
        // Its failure is told by its end.
        child.stdin?.on("error", () => undefined).end(input);
      });
    }
  });

/**
 * Hands the packets of unprivileged programs to the daemon, as its own rules do, which are not there where the kernel has no queues of nftables
 * (CONFIG_NFT_QUEUE). A packet that both rules hand over is judged twice, and alike.
 */
const QUEUE = "-t mangle -A POSTROUTING -m owner ! --uid-owner 0 -m conntrack --ctstate NEW -j NFQUEUE --queue-num 100".split(" ");

const CONNECT = path.join(projectFolder(), "tests/policies/model/connect.mjs");

/** Addresses that a program can have: not those of this network (0.0.0.0/8), and not those of groups. */
function isUsable({ endpoint }: NetworkEnd): boolean {
  const first = Number(endpoint.address.split(".")[0]);
  return first > 0 && first < 224;
}

function keyOf(from: NetworkEnd, to: NetworkEnd, protocol: Protocol): string {
  return [from.endpoint.address, to.endpoint.address, protocol].join(" ");
}

/** Both ends of what is open, and their neighbours; where nothing is open, one port at which the target listens. */
function triesOf(from: NetworkEnd, to: NetworkEnd, protocol: Protocol, open: PortSet): readonly Try[] {
  const listens = to.endpoint.pod?.ports.find((port) => port.protocol === protocol)?.port ?? 443;
  const edges = open.slice(0, 3).flatMap(([first, last]) => [first - 1, first, last, last + 1]);
  const ports = [...new Set(open.length === 0 ? [listens] : edges)].filter((port) => port > 0 && port < 65536);
  return ports.map((port) => ({
    ...{ from: from.endpoint.address, to: to.endpoint.address, port, protocol },
    open: common([[port, port]], open).length > 0,
    name: `${nameOfEnd(from)} to ${nameOfEnd(to)} ${protocol} ${port}`,
  }));
}
