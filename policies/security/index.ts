import { PACKS } from "../pack-names";
import { PolicyPack } from "@pulumi/policy";
import { compileLater } from "../compile-later";
import { enginePolicies } from "../engine";
import { readMessagesOnce } from "../messages";
import { security } from "./rules";

compileLater();
readMessagesOnce();
new PolicyPack(PACKS.security, { policies: enginePolicies(security), enforcementLevel: "mandatory" });
