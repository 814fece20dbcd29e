import * as grpc from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { PluginFailure, toServiceError } from "../failure";
import { CHANNEL_OPTIONS, serve, type Served } from "../serve";

/** Messages are passed on as bytes, so that fields that this SDK does not know are kept. */
const asBytes = (bytes: Buffer): Buffer => bytes;
const EMPTY = Buffer.alloc(0);

type Handler = grpc.handleUnaryCall<Buffer, Buffer>;

/**
 * Stands between the engine and a policy pack. A pack reads the configuration of the stack from its environment, but the engine sends it
 * only after it has connected. So the proxy answers the engine first, the pack is started with what `ConfigureStack` said, and all other
 * calls are passed on.
 */
export class PolicyPackProxy {
  /** What the engine said about the stack; undefined if it asked for something else first, as `pulumi policy publish` does. */
  readonly configured: Promise<AnalyzerStackConfigureRequest | undefined>;
  private configure: (request: AnalyzerStackConfigureRequest | undefined) => void = () => {};
  private readonly pack: Promise<grpc.Client>;
  private connect: (client: grpc.Client) => void = () => {};
  private fail: (error: Error) => void = () => {};

  constructor() {
    this.configured = new Promise((resolve) => (this.configure = resolve));
    this.pack = new Promise((resolve, reject) => {
      this.connect = resolve;
      this.fail = reject;
    });
    // Calls that wait for the pack report its failure. If no call waits, the failure must not end the process.
    this.pack.catch(() => {});
  }

  /** Answers the engine on a port of its own. */
  async serve(): Promise<Served> {
    const definition: Record<string, grpc.MethodDefinition<Buffer, Buffer>> = {};
    const handlers: Record<string, Handler> = {};
    for (const [name, method] of Object.entries(AnalyzerService) as [string, grpc.MethodDefinition<object, object>][]) {
      definition[name] = {
        ...method,
        requestSerialize: asBytes,
        requestDeserialize: asBytes,
        responseSerialize: asBytes,
        responseDeserialize: asBytes,
      };
      handlers[name] = this.forward(method.path);
    }
    // Both answers are empty messages.
    handlers["handshake"] = (_call, callback) => callback(null, EMPTY);
    handlers["configureStack"] = (call, callback) => {
      this.configure(AnalyzerStackConfigureRequest.deserializeBinary(call.request));
      callback(null, EMPTY);
    };
    return serve({ definition: definition, handlers });
  }

  /** Connects with the pack, which listens on this loopback port, and passes on what the engine asks. */
  async attach(port: number): Promise<void> {
    const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
    const stack = await this.configured;
    if (stack !== undefined) await configurePack(client, stack);
    this.connect(client);
  }

  /** Lets every call fail, because the pack no longer answers. */
  failed(reason: string): void {
    this.fail(new PluginFailure(reason));
  }

  private forward(path: string): Handler {
    return (call, callback) => {
      this.configure(undefined);
      this.pack.then(
        (client) =>
          client.makeUnaryRequest(path, asBytes, asBytes, call.request, call.metadata, {}, (error, value) => callback(error, value)),
        (error: unknown) => callback(toServiceError(error)),
      );
    };
  }
}

/** Passes `ConfigureStack` on to the pack; packs of an older SDK do not know it. */
function configurePack(client: grpc.Client, stack: AnalyzerStackConfigureRequest): Promise<void> {
  const path = AnalyzerService.configureStack.path;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, asBytes, asBytes, Buffer.from(stack.serializeBinary()), (error) => {
      if (error === null || error.code === grpc.status.UNIMPLEMENTED) resolve();
      else reject(error);
    });
  });
}

/** The environment from which a pack's `pulumi.getStack()` and `new pulumi.Config()` read; secrets are hidden in it. */
export function packEnvironment(stack: AnalyzerStackConfigureRequest | undefined): NodeJS.ProcessEnv {
  if (stack === undefined) return {};
  const secrets = new Set(stack.getConfigSecretKeysList());
  const config = stack
    .getConfigMap()
    .toObject()
    .map(([key, value]): [string, string] => [key, secrets.has(key) ? "[secret]" : value]);
  const values = {
    PULUMI_NODEJS_ORGANIZATION: stack.getOrganization(),
    PULUMI_NODEJS_PROJECT: stack.getProject(),
    PULUMI_NODEJS_STACK: stack.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(stack.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(config)),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}
