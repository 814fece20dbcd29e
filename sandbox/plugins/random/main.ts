import { EngineLog } from "../engine";
import { providerService } from "../provider";
import { servePlugin } from "../serve";
import { randomProvider } from "./resources";

const log = new EngineLog();
void servePlugin(providerService(randomProvider(), log));
