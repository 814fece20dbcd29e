import * as os from "node:os";

/** An address of the machine itself, if it has one: the API server takes none of loopback for a pod. */
export function addressOfHost(): string | undefined {
  const all = Object.values(os.networkInterfaces()).flatMap((each) => each ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
}
