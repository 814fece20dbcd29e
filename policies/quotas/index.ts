import { PACKS } from "../pack-names";
import { PolicyPack } from "@pulumi/policy";
import { compileLater } from "../compile-later";
import { enginePolicies } from "../engine";
import { readMessagesOnce } from "../messages";
import { quotas } from "./rules";

compileLater();
readMessagesOnce();
new PolicyPack(PACKS.quotas, { policies: enginePolicies(quotas), enforcementLevel: "mandatory" });
