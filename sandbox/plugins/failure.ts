import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { toStruct, type PropertyMap } from "./properties";

/** A failure whose message is written for the user: it is shown as it is, without a stack trace. */
export class PluginFailure extends Error {
  constructor(
    message: string,
    readonly code: grpc.status = grpc.status.UNKNOWN,
  ) {
    super(message);
    this.name = "PluginFailure";
  }
}

/**
 * The object exists but did not become ready. The engine then records it with these outputs, shows the reasons, and updates it on the next
 * run.
 */
export class PartialFailure extends PluginFailure {
  constructor(
    message: string,
    readonly id: string,
    readonly outputs: PropertyMap,
    readonly reasons: readonly string[],
    readonly inputs?: PropertyMap,
  ) {
    super(message);
    this.name = "PartialFailure";
  }
}

/** The gRPC error for anything that was thrown. */
export function toServiceError(error: unknown): Partial<grpc.ServiceError> {
  if (error instanceof PartialFailure) return partialError(error);
  if (error instanceof PluginFailure) return { code: error.code, details: error.message };
  if (error instanceof Error && isServiceError(error)) return { code: error.code, details: error.details, metadata: error.metadata };
  // Anything else is a defect of the plugin, and its stack trace helps to find it.
  return { code: grpc.status.INTERNAL, details: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function partialError(failure: PartialFailure): Partial<grpc.ServiceError> {
  const detail = new ErrorResourceInitFailed();
  detail.setId(failure.id);
  detail.setProperties(toStruct(failure.outputs));
  detail.setReasonsList([...failure.reasons]);
  if (failure.inputs !== undefined) detail.setInputs(toStruct(failure.inputs));
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(failure.message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: failure.message, metadata };
}

function isServiceError(error: Error): error is grpc.ServiceError {
  return "code" in error && typeof error.code === "number" && "details" in error;
}
