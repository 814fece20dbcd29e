import * as pulumi from "@pulumi/pulumi";
import { dataChecksum } from "./checksum";

/**
 * Digest of secret values, which is not secret itself: whoever may read a pod template sees it. So the values must be random, as keys and
 * tokens are; a password that a person has chosen could be guessed and compared.
 */
export function secretChecksum(data: Readonly<Record<string, pulumi.Output<string>>>): pulumi.Output<string> {
  return pulumi.unsecret(pulumi.all(data).apply(dataChecksum));
}
