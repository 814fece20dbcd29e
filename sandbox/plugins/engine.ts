import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { CHANNEL_OPTIONS, engineAddress } from "./serve";

/** How serious a message is. */
export type LogLevel = "debug" | "info" | "warning" | "error";

const WIRE_LEVELS: Readonly<Record<LogLevel, LogSeverity>> = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};

/** How a plugin tells the user something about a resource. */
export interface Log {
  /** A line that stays. */
  message(severity: LogLevel, urn: string, text: string): void;
  /** The passing state of a resource, shown beside it while it is being worked on. */
  status(urn: string, text: string): void;
}

/**
 * Messages to the engine at `address` (`host:port`); without an address they go nowhere. A message that cannot be delivered is dropped,
 * because it must not make an operation fail.
 */
export class EngineLog implements Log {
  private client: EngineClient | undefined;

  constructor(address: string | undefined = engineAddress()) {
    this.attach(address);
  }

  /** Sends further messages to that engine, or nowhere. */
  attach(address: string | undefined): void {
    this.client = address === undefined ? undefined : new EngineClient(address, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
  }

  /** As {@link Log.message}. */
  message(severity: LogLevel, urn: string, text: string): void {
    this.send(severity, urn, text, false);
  }

  /** As {@link Log.status}. */
  status(urn: string, text: string): void {
    this.send("info", urn, text, true);
  }

  private send(severity: LogLevel, urn: string, text: string, ephemeral: boolean): void {
    const request = new LogRequest();
    request.setSeverity(WIRE_LEVELS[severity]);
    request.setMessage(text);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    this.client?.log(request, () => {});
  }
}
