import { PACKS } from "../pack-names";
import { PolicyPack } from "@pulumi/policy";
import { enginePolicies } from "../engine";
import { readMessagesOnce } from "../messages";
import { security } from "./rules";

readMessagesOnce();
new PolicyPack(PACKS.security, { policies: enginePolicies(security), enforcementLevel: "mandatory" });
