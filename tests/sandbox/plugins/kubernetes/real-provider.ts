import assert from "node:assert/strict";
import * as fs from "node:fs";
import { Cluster } from "#af/sandbox/plugins/kubernetes/cluster";
import { kubernetesProvider } from "#af/sandbox/plugins/kubernetes/provider";
import { readSettings } from "#af/sandbox/plugins/kubernetes/settings";
import type { JsonObject, PropertyMap } from "#af/sandbox/plugins/properties";
import type { Provider } from "#af/sandbox/plugins/provider";
import { ControlPlane, controlPlaneTools, requireTools } from "../control-plane";

export const namespace = "plugins";

/** A resource that the provider has made. */
export interface Made {
  readonly type: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** The provider against a real control plane, asked as the engine asks it. */
export class RealProvider {
  /** What the provider told the user. */
  public readonly heard: string[] = [];
  private readonly plane = new ControlPlane();
  private count = 0;
  private made: { readonly provider: Provider; readonly cluster: Cluster } | undefined;

  public async start(suite: Mocha.Context): Promise<void> {
    await this.plane.start(await requireTools(suite, ...controlPlaneTools));
    const { kubeConfig } = readSettings({ kubeconfig: fs.readFileSync(this.plane.kubeconfig, "utf8") }, {});
    assert.ok(kubeConfig);
    this.made = { provider: this.configured(), cluster: new Cluster(kubeConfig) };
    await this.make("core/v1:Namespace", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  }

  public stop(): Promise<void> {
    return this.plane.stop();
  }

  public get provider(): Provider {
    assert.ok(this.made);
    return this.made.provider;
  }

  public get cluster(): Cluster {
    assert.ok(this.made);
    return this.made.cluster;
  }

  /** A provider of its own, with further arguments. */
  public configured(args: PropertyMap = {}): Provider {
    const log = { message: (_severity: string, _urn: string, text: string): void => void this.heard.push(text), status: (): void => {} };
    const provider = kubernetesProvider(log);
    void provider.configure?.({ kubeconfig: this.plane.kubeconfig, ...args });
    return provider;
  }

  /** Each call is another resource, as if each had a name of its own in the program. */
  public async make(type: string, news: PropertyMap, by = this.provider, timeout = 0, name = `r${this.count++}`): Promise<Made> {
    const { inputs } = await by.check({ urn: urn(type, name), olds: {}, news, randomSeed: new Uint8Array() });
    const state = await by.create({ urn: urn(type, name), inputs, timeout, preview: false });
    return { ...state, inputs, type };
  }

  public async preview(type: string, inputs: PropertyMap): Promise<{ readonly id: string; readonly outputs: PropertyMap }> {
    return this.provider.create({ urn: urn(type), inputs, timeout: 0, preview: true });
  }

  public async change(made: Made, inputs: PropertyMap, more: { preview?: boolean; ignoreChanges?: string[] } = {}): Promise<PropertyMap> {
    const request = { urn: urn(made.type), id: made.id, oldState: made.outputs, inputs, ignoreChanges: [], timeout: 0, preview: false };
    return this.provider.update({ ...request, ...more });
  }

  public async drop(made: Made, timeout = 0): Promise<void> {
    await this.provider.delete({ urn: urn(made.type), id: made.id, state: made.outputs, timeout });
  }

  /** A namespaced object of the core group. */
  public live(plural: string, name: string): Promise<JsonObject | undefined> {
    return this.cluster.get(`/api/v1/namespaces/${namespace}/${plural}/${name}`);
  }

  public async dataOf(configMap: string): Promise<unknown> {
    return (await this.live("configmaps", configMap))?.["data"];
  }

  public async merge(path: string, body: JsonObject): Promise<void> {
    await this.cluster.request("PATCH", path, { body, contentType: "application/merge-patch+json" });
  }
}

export const urn = (type: string, name = "r"): string => `urn:pulumi:s::p::kubernetes:${type}::${name}`;
export const failure = (message: RegExp) => ({ name: /PluginFailure|ApiError/, message });

export function configMap(name: string, data: JsonObject = { a: "1" }, more: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...more }, data };
}

export function field(object: PropertyMap | undefined, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}
