import type * as grpc from "@grpc/grpc-js";
import { RunPluginResponse, type RunPluginRequest } from "@pulumi/pulumi/proto/language_pb";
import { PluginFailure, toServiceError } from "../failure";
import { locateModule, optionEnvironment, runtimeOptions } from "./options";
import { packEnvironment, PolicyPackProxy } from "./policy-pack";
import type { Processes } from "./processes";

type Call = grpc.ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/** Runs a plugin that is written in Node: a policy pack (kind `analyzer`), a provider or a component. Streams its output until it ends. */
export async function runPlugin(call: Call, processes: Processes): Promise<void> {
  try {
    const code = await (call.request.getKind() === "analyzer" ? runPolicyPack(call, processes) : runOther(call, processes));
    if (code !== 0 && !call.cancelled) throw new PluginFailure(`Program exited with non-zero exit code: ${code}`);
    call.end();
  } catch (error) {
    call.emit("error", toServiceError(error));
  }
}

async function runPolicyPack(call: Call, processes: Processes): Promise<number> {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? "";
  const options = runtimeOptions(request.getInfo());
  const runner = locateModule("@pulumi/pulumi/cmd/run-policy-pack", folder);
  const proxy = new PolicyPackProxy();
  const served = await proxy.serve();
  const cancelled = new Promise<"cancelled">((resolve) => call.once("cancelled", () => resolve("cancelled")));
  sendStdout(call, Buffer.from(`${served.port}\n`));
  try {
    const stack = await Promise.race([proxy.configured, cancelled]);
    if (stack === "cancelled") return 0;
    const attach = (port: number): void => {
      proxy.attach(port).catch((error: unknown) => proxy.failed(`policy pack ${folder} refused its configuration: ${String(error)}`));
    };
    const run = processes.start({
      // As in the official host, nodeargs come after the runner, and the pack's folder is the last argument.
      arguments: [runner, ...options.nodeArguments, ...request.getArgsList(), folder],
      folder,
      environment: { ...environment(request), ...optionEnvironment(options), ...packEnvironment(stack) },
      onStdout: portFirst(attach, (chunk) => sendStdout(call, chunk)),
      onStderr: (chunk) => sendStderr(call, chunk),
    });
    void cancelled.then(run.stop);
    const code = await run.ended;
    proxy.failed(`policy pack ${folder} has ended (exit code ${code})`);
    return code;
  } finally {
    served.stop();
  }
}

async function runOther(call: Call, processes: Processes): Promise<number> {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? "";
  const options = runtimeOptions(request.getInfo());
  const run = processes.start({
    arguments: [locateModule("@pulumi/pulumi/cmd/run-plugin", folder), ...options.nodeArguments, folder, ...request.getArgsList()],
    folder: request.getPwd() || folder,
    environment: { ...environment(request), ...optionEnvironment(options) },
    onStdout: (chunk) => sendStdout(call, chunk),
    onStderr: (chunk) => sendStderr(call, chunk),
  });
  call.once("cancelled", run.stop);
  return run.ended;
}

/** Takes the first line of an output as the port, and passes on the rest. */
function portFirst(attach: (port: number) => void, onRest: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let head: Buffer | undefined = Buffer.alloc(0);
  return (chunk) => {
    if (head === undefined) return onRest(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\n");
    if (end < 0) return;
    attach(Number(head.subarray(0, end).toString("utf8").trim()));
    const rest = head.subarray(end + 1);
    head = undefined;
    if (rest.length > 0) onRest(rest);
  };
}

function environment(request: RunPluginRequest): NodeJS.ProcessEnv {
  return Object.fromEntries(
    request.getEnvList().map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

function sendStdout(call: Call, chunk: Buffer): void {
  const response = new RunPluginResponse();
  response.setStdout(chunk);
  if (!call.cancelled) call.write(response);
}

function sendStderr(call: Call, chunk: Buffer): void {
  const response = new RunPluginResponse();
  response.setStderr(chunk);
  if (!call.cancelled) call.write(response);
}
