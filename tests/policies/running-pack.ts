import { spawn, type ChildProcess } from "node:child_process";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzerResourceOptions,
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzeStackRequest,
  type AnalyzeDiagnostic,
  type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { projectFolder } from "#af/stacks/site/project";
import type { RecordedResource } from "#af/stacks/record";

/** A resource as the engine tells it to a pack. */
export type Resource = Pick<RecordedResource, "urn" | "type" | "name" | "inputs"> & { readonly options?: { readonly protect: boolean } };

/** A pack in a process of its own, started as a language host of the engine starts it. */
export class RunningPack {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  static async start(pack: string, config: Readonly<Record<string, unknown>>): Promise<RunningPack> {
    const folder = path.join(projectFolder(), "policies", pack);
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [`af:${key}`, JSON.stringify(value)]));
    const child = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/run-policy-pack"), "127.0.0.1:1", folder], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        PULUMI_NODEJS_PROJECT: "af",
        PULUMI_NODEJS_STACK: "unl",
        PULUMI_NODEJS_DRY_RUN: "true",
        PULUMI_CONFIG: JSON.stringify(values),
      },
    });
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
      child.on("exit", (code) => reject(new Error(`the pack ended with ${code}`)));
    });
    return new RunningPack(child, new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure()));
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }

  resource({ urn, type, name, inputs, options }: Resource): Promise<readonly AnalyzeDiagnostic.AsObject[]> {
    const request = new AnalyzeRequest()
      .setUrn(urn)
      .setType(type)
      .setName(name)
      .setProperties(struct(inputs))
      .setOptions(optionsOf(options));
    return diagnostics((done) => this.client.analyze(request, done));
  }

  /**
   * As the engine does it: first every resource as the program declares it, then all as they are in the cluster.
   * @param live what the API server makes of the resources, with resources that are left over from an earlier program.
   */
  async stack(declared: readonly Resource[], live = declared): Promise<readonly AnalyzeDiagnostic.AsObject[]> {
    for (const resource of declared) await this.resource(resource);
    const list = live.map(({ urn, type, name, inputs, options }) =>
      new AnalyzerResource().setUrn(urn).setType(type).setName(name).setProperties(struct(inputs)).setOptions(optionsOf(options)),
    );
    return diagnostics((done) => this.client.analyzeStack(new AnalyzeStackRequest().setResourcesList(list), done));
  }
}

function diagnostics(
  call: (done: (error: grpc.ServiceError | null, response: AnalyzeResponse) => void) => unknown,
): Promise<readonly AnalyzeDiagnostic.AsObject[]> {
  return new Promise((resolve, reject) =>
    call((error, response) => (error ? reject(error) : resolve(response.getDiagnosticsList().map((each) => each.toObject())))),
  );
}

function struct(inputs: Resource["inputs"]): Struct {
  return Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>);
}

/** Options of a resource. Without them the SDK takes the caller for an engine that is too old. */
function optionsOf({ protect }: Required<Resource>["options"] = { protect: false }): AnalyzerResourceOptions {
  return new AnalyzerResourceOptions().setProtect(protect);
}
