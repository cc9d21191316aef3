import type { Service } from "../../kernel/service";
import { xrayDeclaration } from "./resource-types";
import { type TraceHost, traceHost } from "./trace-host";

export const xray: Service<TraceHost> = { ...xrayDeclaration, host: (context) => traceHost(context) };
