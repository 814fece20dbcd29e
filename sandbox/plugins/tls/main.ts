import { EngineLog } from "../engine";
import { providerService } from "../provider";
import { servePlugin } from "../serve";
import { tlsProvider } from "./resources";

const log = new EngineLog();
void servePlugin(providerService(tlsProvider(), log));
