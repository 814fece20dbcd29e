import { spawn, type ChildProcess } from "node:child_process";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { fromStruct, toStruct, type PropertyMap } from "#af/sandbox/plugins/properties";

type Unary<Request, Response> = (request: Request, callback: (error: grpc.ServiceError | null, response: Response) => void) => unknown;

/** A provider plugin as the engine runs it: a process that prints its port, and calls over gRPC. */
export class PluginProcess {
  private constructor(
    readonly child: ChildProcess,
    readonly client: ResourceProviderClient,
  ) {}

  static async start(executable: string): Promise<PluginProcess> {
    const child = spawn(executable, [], { stdio: ["pipe", "pipe", "inherit"] });
    const port = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`${executable} ended with ${code}`)));
      child.stdout.once("data", (line: Buffer) => resolve(Number(line.toString("utf8").trim())));
    });
    return new PluginProcess(child, new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure()));
  }

  async create(
    type: string,
    name: string,
    inputs: PropertyMap,
    preview = false,
  ): Promise<{ readonly id: string; readonly outputs: PropertyMap }> {
    const request = new rpc.CreateRequest();
    request.setUrn(`urn:pulumi:s::p::${type}::${name}`);
    request.setProperties(toStruct(inputs));
    request.setPreview(preview);
    const response = await call<rpc.CreateRequest, rpc.CreateResponse>(this.client.create.bind(this.client), request);
    return { id: response.getId(), outputs: fromStruct(response.getProperties()) };
  }

  async check(
    type: string,
    name: string,
    news: PropertyMap,
  ): Promise<{ readonly inputs: PropertyMap; readonly failures: readonly string[] }> {
    const request = new rpc.CheckRequest();
    request.setUrn(`urn:pulumi:s::p::${type}::${name}`);
    request.setNews(toStruct(news));
    const response = await call<rpc.CheckRequest, rpc.CheckResponse>(this.client.check.bind(this.client), request);
    return { inputs: fromStruct(response.getInputs()), failures: response.getFailuresList().map((failure) => failure.getReason()) };
  }

  /** Closes the plugin's stdin, as an engine that dies; resolves with the exit code. */
  abandon(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once("exit", resolve));
    this.child.stdin?.end();
    return ended;
  }

  stop(): void {
    this.client.close();
    this.child.kill("SIGKILL");
  }
}

export function call<Request, Response>(method: Unary<Request, Response>, request: Request): Promise<Response> {
  return new Promise((resolve, reject) => {
    method(request, (error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}
