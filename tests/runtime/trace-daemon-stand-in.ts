import { createSocket } from "node:dgram";
import { afterEach, beforeEach, vi } from "vitest";
import * as z from "zod";

const segmentSchema = z.looseObject({
  name: z.string(),
  id: z.string(),
  trace_id: z.string(),
  parent_id: z.string().optional(),
  annotations: z.record(z.string(), z.string()),
});

export type SentSegment = z.infer<typeof segmentSchema>;

/** The trace and the segment of the invocation, unless a test says otherwise. */
export const invocation = { trace_id: "1-5759e988-bd862e3fe1be46a994272793", id: "53995c3f42cd8ad8" };

/** The X-Ray daemon beside the function: what it was sent, in sequence. */
export const traceDaemon = () => {
  const segments: SentSegment[] = [];
  let socket: ReturnType<typeof createSocket> | undefined;
  beforeEach(async () => {
    segments.length = 0;
    const listening = createSocket("udp4", (datagram) => {
      const [header, document = ""] = datagram.toString("utf8").split("\n");
      if (header === '{"format":"json","version":1}') segments.push(segmentSchema.parse(JSON.parse(document)));
    });
    await new Promise<void>((settle) => listening.bind(0, "127.0.0.1", settle));
    socket = listening;
    vi.stubEnv("AWS_XRAY_DAEMON_ADDRESS", `127.0.0.1:${listening.address().port}`);
    vi.stubEnv("_X_AMZN_TRACE_ID", `Root=${invocation.trace_id};Parent=${invocation.id};Sampled=1`);
  });
  afterEach(() => {
    socket?.close();
    vi.unstubAllEnvs();
  });
  return {
    /** Waits until so many have come. */
    sent: async (count: number): Promise<readonly SentSegment[]> => {
      await vi.waitUntil(() => segments.length >= count);
      return [...segments];
    },
    segments: (): readonly SentSegment[] => segments,
  };
};
