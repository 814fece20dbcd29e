import { hasDataServer } from "../../components/data/clients";
import type { Problem } from "./problems";
import type { Site } from "./schema";

/** A file that the hub's check is to read at a site where no server can read any. */
export function unreadableFile({ data, hub }: Site): readonly Problem[] {
  if (hub.check === undefined || hasDataServer(data)) return [];
  const message = "the site has neither a cache nor a store that speaks XRootD, so no server can read a file; remove af:hub.check";
  return [{ path: "af:hub.check.file", message }];
}
