import { createSocket, type Socket } from "node:dgram";

const header = '{"format":"json","version":1}\n';

let socket: Socket | undefined;

/**
 * Sends a segment document to the X-Ray daemon that Lambda runs beside a function, at AWS_XRAY_DAEMON_ADDRESS: one datagram,
 * without an answer, so its loss goes unnoticed.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
 */
export const sendSegment = (document: object): void => {
  const [address, port] = (process.env["AWS_XRAY_DAEMON_ADDRESS"] ?? "").split(":");
  if (address === undefined || port === undefined) return;
  try {
    socket ??= openSocket();
    socket.send(header + JSON.stringify(document), Number(port), address, () => undefined);
  } catch {
    // A wrong address throws here; the work continues without its trace.
  }
};

const openSocket = (): Socket => {
  const opened = createSocket("udp4");
  opened.on("error", () => undefined);
  // An open socket must not keep the process alive.
  return opened.unref();
};
