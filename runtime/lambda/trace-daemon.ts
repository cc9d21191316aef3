import { createSocket, type Socket } from "node:dgram";

const header = '{"format":"json","version":1}\n';

let socket: Socket | undefined;

/**
 * Hands a segment document to the X-Ray daemon that Lambda runs beside a function, whose address is in
 * AWS_XRAY_DAEMON_ADDRESS: one datagram, which nobody waits for and whose loss nobody hears of.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
 */
export const sendSegment = (document: object): void => {
  const [address, port] = (process.env["AWS_XRAY_DAEMON_ADDRESS"] ?? "").split(":");
  if (address === undefined || port === undefined) return;
  try {
    socket ??= openSocket();
    socket.send(header + JSON.stringify(document), Number(port), address, () => undefined);
  } catch {
    // A wrong address throws at once; the work goes on without its trace.
  }
};

const openSocket = (): Socket => {
  const opened = createSocket("udp4");
  opened.on("error", () => undefined);
  // An environment must be able to end while it is open.
  return opened.unref();
};
