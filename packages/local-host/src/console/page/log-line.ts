/** A line of a log in the words of a timeline: what it says first, then what it says it of. */
export interface LogLineWords {
  readonly says: string;
  readonly rest: string;
  readonly level: "info" | "warn" | "error";
  /** The whole line, laid out if it is JSON. */
  readonly whole: string;
}

const saying = ["message", "msg", "outcome", "event", "type"];
/** What the timeline shows elsewhere, or what says nothing of this line. */
const left = new Set([...saying, "level", "time", "timestamp"]);
const longest = 160;

/** What Lambda's Node.js runtime puts before a line in the text format: time, request id, level. */
const textPrefix = /^\S+Z\t[0-9a-f-]{36}\t([A-Z]+)\t/;

/** `known` is a value that is not said again: what was searched for. */
export const logLineWords = (message: string, known = ""): LogLineWords => {
  const [prefix = "", level] = textPrefix.exec(message) ?? [];
  const own = message.slice(prefix.length);
  const fields = jsonObject(own);
  if (fields === undefined) {
    const failed = level === "ERROR" || /\b(error|task timed out)\b/i.test(own);
    return { says: cut(own.split("\n", 1)[0] ?? ""), rest: "", level: failed ? "error" : "info", whole: message };
  }
  const says = saying.map((name) => fields[name]).find((value) => typeof value === "string");
  return {
    says: typeof says === "string" ? cut(says) : "",
    rest: cut(
      Object.entries(fields)
        .filter(([name, value]) => !left.has(name) && value !== known)
        .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
        .join(" "),
    ),
    level: levelOf(fields["level"] ?? level),
    whole: prefix === "" ? JSON.stringify(fields, null, 2) : message,
  };
};

const jsonObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

const levelOf = (level: unknown): LogLineWords["level"] => {
  const name = String(level).toLowerCase();
  return /^(error|fatal|critical)$/.test(name) ? "error" : /^warn/.test(name) ? "warn" : "info";
};

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);
