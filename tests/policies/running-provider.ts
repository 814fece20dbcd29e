import { spawn, type ChildProcess } from "node:child_process";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CheckRequest, ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Data } from "./manifests";

/** Pulumi's own Kubernetes provider in a process of its own, without a cluster: it checks what a program declares, and writes nothing. */
export class RunningProvider {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  /** @param file the program of the provider. */
  static async start(file: string): Promise<RunningProvider> {
    // The address is that of an engine, which the provider would send its messages to.
    const child = spawn(file, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, KUBECONFIG: "/dev/null" } });
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the provider ended with ${code}`)));
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const request = new ConfigureRequest().setAcceptsecrets(true).setAcceptresources(true);
    request.getVariablesMap().set("kubernetes:config:enableServerSideApply", "true").set("kubernetes:config:kubeconfig", "none");
    await answer((done) => client.configure(request, done));
    return new RunningProvider(child, client);
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }

  /** The inputs of a new resource as the engine gets them, for the packs and for the state. */
  async checked(urn: string, inputs: Data): Promise<Data> {
    const request = new CheckRequest().setUrn(urn).setNews(Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>));
    const response = await answer<{ getInputs(): Struct | undefined }>((done) => this.client.check(request, done));
    return response.getInputs()?.toJavaScript() ?? {};
  }
}

function answer<Response>(call: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => call((error, response) => (error ? reject(error) : resolve(response))));
}
