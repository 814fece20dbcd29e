import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { channelOptions, engineAddress } from "./serve";

export type Severity = "debug" | "info" | "warning" | "error";

const severities: Readonly<Record<Severity, LogSeverity>> = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};

/** Where a plugin tells the user something about a resource. */
export interface Log {
  /** A line that stays. */
  message(severity: Severity, urn: string, text: string): void;
  /** The passing state of a resource, shown beside it while it is being worked on. */
  status(urn: string, text: string): void;
}

/** Messages to the engine at `address` (`host:port`); without one they go nowhere. A message that cannot be delivered is dropped: it must never fail an operation. */
export class EngineLog implements Log {
  private client: EngineClient | undefined;

  public constructor(address: string | undefined = engineAddress()) {
    this.attach(address);
  }

  public attach(address: string | undefined): void {
    this.client = address === undefined ? undefined : new EngineClient(address, grpc.credentials.createInsecure(), channelOptions);
  }

  public message(severity: Severity, urn: string, text: string): void {
    this.send(severity, urn, text, false);
  }

  public status(urn: string, text: string): void {
    this.send("info", urn, text, true);
  }

  private send(severity: Severity, urn: string, text: string, ephemeral: boolean): void {
    const request = new LogRequest();
    request.setSeverity(severities[severity]);
    request.setMessage(text);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    this.client?.log(request, () => {});
  }
}
