import type { ResourceRule } from "../rule";
import { shown, unknown } from "../value";

export const runtimeIsSupported: ResourceRule = {
  name: "runtime-is-supported",
  area: "Operated",
  reason: "A deprecated runtime gets no security fixes, and one day its functions can no longer be updated.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  fix: "Set runtime to one that AWS supports.",
  severity: "high",
  settings: {
    runtimes: {
      meaning: "Runtimes that are supported.",
      // By AWS's table of deprecation dates, those that last beyond 2026.
      default: [
        "dotnet10",
        "java17",
        "java21",
        "java25",
        "nodejs22.x",
        "nodejs24.x",
        "provided.al2023",
        "python3.11",
        "python3.12",
        "python3.13",
        "python3.14",
        "ruby3.3",
        "ruby3.4",
      ],
    },
  },
  types: ["aws:lambda/function:Function"],
  check: ({ label, properties }, { settings }) => {
    const { runtime, packageType } = properties;
    const supported = settings["runtimes"] ?? [];
    if (runtime === unknown || packageType === "Image") return [];
    return typeof runtime === "string" && supported.includes(runtime)
      ? []
      : [
          `${label} has the runtime ${shown(runtime)}, which AWS does not support for much longer. Set it to one of ${supported.join(", ")}.`,
        ];
  },
};
