import * as fs from "node:fs";
import * as net from "node:net";
import * as grpc from "@grpc/grpc-js";
import { toServiceError } from "./failure";

/** No limit on the size of messages, as in the official plugins: a message may hold the state of a whole site. */
export const CHANNEL_OPTIONS: grpc.ChannelOptions = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** A service that is served. */
export interface Served {
  readonly port: number;
  stop(): void;
}

/** A gRPC service and what answers it; methods without a handler answer `UNIMPLEMENTED`. */
export interface Service {
  readonly definition: grpc.ServiceDefinition;
  readonly handlers: grpc.UntypedServiceImplementation;
}

/**
 * Serves on a free loopback port.
 * @throws {Error} if no port can be bound.
 */
export async function serve(service: Service): Promise<Served> {
  const server = new grpc.Server(CHANNEL_OPTIONS);
  server.addService(service.definition, service.handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { port, stop: () => server.forceShutdown() };
}

/**
 * Serves as a plugin: prints the port as the first line on stdout, and ends together with the engine.
 * @param onExit called before the process ends, to end child processes; it cannot wait for them.
 */
export async function servePlugin(service: Service, onExit: () => void = () => {}): Promise<void> {
  const { port } = await serve(service);
  const exit = (): void => {
    onExit();
    process.exit(0);
  };
  process.once("SIGINT", exit);
  process.once("SIGTERM", exit);
  exitWithEngine(exit);
  process.stdout.write(`${port}\n`);
}

/** The address of the engine: the last argument that is not an option (`--tracing` takes a value, `-v=9` does not). */
export function engineAddress(args: readonly string[] = process.argv.slice(2)): string | undefined {
  const positional = args.filter((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--tracing");
  return positional.at(-1);
}

/** Turns an async function into a unary handler; what it throws becomes a gRPC error. */
export function unary<Request, Response>(
  handler: (request: Request, call: grpc.ServerUnaryCall<Request, Response>) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    // A promise chain, so that a synchronous throw of the handler is caught as well.
    Promise.resolve(call.request)
      .then((request) => handler(request, call))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toServiceError(error)),
      );
  };
}

/**
 * Calls `exit` once the engine has ended. The engine keeps stdin open as long as it lives, even if it is killed. If stdin is no pipe,
 * because a person or a language host has started the plugin, the engine's port is tried every five seconds.
 */
function exitWithEngine(exit: () => void): void {
  if (stdinIsPipe()) {
    process.stdin.on("end", exit);
    process.stdin.on("error", exit);
    process.stdin.resume();
    return;
  }
  const address = engineAddress();
  const [, host, port] = /^(.+):(\d+)$/.exec(address ?? "") ?? [];
  if (host === undefined || port === undefined) return;
  setInterval(() => {
    const socket = net.connect(Number(port), host);
    socket.once("connect", () => socket.destroy());
    socket.once("error", exit);
  }, 5000).unref();
}

function stdinIsPipe(): boolean {
  try {
    const stat = fs.fstatSync(0);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}
