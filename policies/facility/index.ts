import { FACILITY_PACK } from "../pack-names";
import { PolicyPack } from "@pulumi/policy";
import { compileLater } from "../compile-later";
import { enginePolicies } from "../engine";
import { readMessagesOnce } from "../messages";
import { RULES } from "../packs";

compileLater();
readMessagesOnce();
new PolicyPack(FACILITY_PACK, { policies: enginePolicies(RULES), enforcementLevel: "mandatory" });
