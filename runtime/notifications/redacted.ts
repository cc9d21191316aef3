/** Patterns of secrets, and their replacements. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/https:\/\/hooks\.slack(?:-gov)?\.com\/\S+/g, "https://hooks.slack.com/[redacted]"],
  [/\bxox[a-z]-[\w-]+/g, "[redacted token]"],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, "[redacted access key]"],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "[redacted token]"],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, "$1 [redacted]"],
  [/\btok_\w+/g, "[redacted payment method]"],
  [/(:\/\/[^/\s:@]+):[^/\s@]+@/g, "$1:[redacted]@"],
  [
    /\b([\w-]*(?:password|passwd|secret|token|api[_-]?key|authorization|signature|credential)[\w-]*["']?\s*[=:]\s*["']?)(?!\[redacted|bearer |basic )[^\s"',;&}]+/gi,
    "$1[redacted]",
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[redacted private key]"],
];

/** The text without secrets: a notification may contain an error message that quotes a request. */
export const redacted = (text: string): string =>
  secrets.reduce((rest, [secret, replacement]) => rest.replace(secret, replacement), text);
