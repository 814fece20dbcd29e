import * as net from "node:net";
import type { V1EndpointSlice, V1Service } from "@kubernetes/client-node";
import { forward } from "../forward";
import type { PodNetworks } from "./network";

/** True for the Service of the API server, which is no Service of pods and of which every pod is told. */
export function isApiServer({ metadata }: V1Service): boolean {
  return metadata?.namespace === "default" && metadata.name === "kubernetes";
}

/** Lets an address of a Service answer: forwards each connection to one of its endpoints, as kube-proxy does, TCP only. */
export class ServiceProxy {
  private readonly listeners = new Map<string, net.Server>();
  private slices: readonly V1EndpointSlice[] = [];
  private turn = 0;

  /** @param apiServer where the API server really listens: nothing does at the address that it advertises. */
  constructor(
    private readonly networks: PodNetworks,
    private readonly apiServer: { readonly host: string; readonly port: number },
    private readonly log: (line: string) => void,
  ) {}

  /** Listens at the addresses of these Services, the load balancer's included, and nowhere else. */
  async follow(services: readonly V1Service[], slices: readonly V1EndpointSlice[]): Promise<void> {
    this.slices = slices;
    const wanted = new Map(services.flatMap((service) => this.doorsOf(service)));
    for (const [door, server] of this.listeners)
      if (!wanted.has(door)) {
        server.close();
        this.listeners.delete(door);
      }
    for (const [door, { address, port, target }] of wanted) {
      if (this.listeners.has(door)) continue;
      const server = net.createServer((client) => answered(client, target()));
      this.listeners.set(door, server);
      server.on("error", (error) => {
        this.log(`service at ${door}: ${error.message}`);
        this.listeners.delete(door);
      });
      await this.networks.own(`${address}/32`);
      server.listen(port, address);
    }
  }

  close(): void {
    for (const server of this.listeners.values()) server.close();
  }

  private doorsOf(service: V1Service): readonly (readonly [string, Door])[] {
    const { metadata, spec, status } = service;
    const balanced = status?.loadBalancer?.ingress?.flatMap(({ ip }) => ip ?? []) ?? [];
    const addresses = [spec?.clusterIP, ...balanced].filter((each): each is string => each !== undefined && each !== "" && each !== "None");
    return addresses.flatMap((address) =>
      (spec?.ports ?? [])
        .filter(({ protocol = "TCP" }) => protocol === "TCP")
        .map(({ port, name = "" }) => {
          const target = (): Target | undefined =>
            isApiServer(service) ? this.apiServer : this.endpoint(metadata?.namespace ?? "", metadata?.name ?? "", name);
          return [`${address}:${port}`, { address, port, target }] as const;
        }),
    );
  }

  private endpoint(namespace: string, service: string, port: string): Target | undefined {
    const mine = this.slices.filter(
      ({ metadata }) => metadata?.namespace === namespace && metadata.labels?.["kubernetes.io/service-name"] === service,
    );
    const ready = mine.flatMap(({ endpoints, ports = [] }) => {
      const number = ports.find((each) => (each.name ?? "") === port)?.port;
      return number === undefined
        ? []
        : endpoints
            .filter(({ conditions }) => conditions?.ready !== false)
            .flatMap(({ addresses }) => addresses.map((host) => ({ host, port: number })));
    });
    return ready[this.turn++ % Math.max(1, ready.length)];
  }
}

function answered(client: net.Socket, target: Target | undefined): void {
  if (target !== undefined) return forward(client, target);
  client.on("error", () => client.destroy());
  // As a rule of kube-proxy refuses where a Service has no endpoint.
  client.resetAndDestroy();
}

interface Target {
  readonly host: string;
  readonly port: number;
}

interface Door {
  readonly address: string;
  readonly port: number;
  readonly target: () => Target | undefined;
}
