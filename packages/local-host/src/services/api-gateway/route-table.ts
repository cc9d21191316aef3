import type { DeclaredRoute } from "./declared-api";

export interface RouteMatch {
  readonly route: DeclaredRoute;
  /** Decoded; undefined when the route's path has no variables. */
  readonly pathParameters?: Readonly<Record<string, string>>;
}

type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "greedy"; readonly name: string };

interface Candidate {
  readonly route: DeclaredRoute;
  readonly segments: readonly Segment[];
}

const specificity = { literal: 0, variable: 1, greedy: 2 } as const;

function parseSegment(text: string): Segment {
  const variable = /^\{([^{}+]+)(\+?)\}$/.exec(text);
  if (variable === null) return { kind: "literal", text };
  return { kind: variable[2] === "+" ? "greedy" : "variable", name: variable[1] ?? "" };
}

/** Most specific first: at the first segment that differs, a literal comes before a variable, a greedy variable last. */
function bySpecificity(left: Candidate, right: Candidate): number {
  for (const [index, segment] of left.segments.entries()) {
    const other = right.segments[index];
    if (other === undefined) break;
    const difference = specificity[segment.kind] - specificity[other.kind];
    if (difference !== 0) return difference;
  }
  return Number(left.route.method === "ANY") - Number(right.route.method === "ANY");
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function matchSegments(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  const greedy = segments.at(-1)?.kind === "greedy";
  if (greedy ? parts.length < segments.length : parts.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? "";
    if (segment.kind === "literal") {
      if (segment.text !== part) return undefined;
      continue;
    }
    const value = segment.kind === "greedy" ? parts.slice(index).join("/") : part;
    if (value === "") return undefined;
    parameters[segment.name] = decode(value);
  }
  return parameters;
}

const partsOf = (path: string): readonly string[] => path.slice(1).split("/");

/**
 * Finds a request's route in AWS's order: a full match of path and method, then greedy paths, then `$default`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export class RouteTable {
  private readonly exact = new Map<string, RouteMatch>();
  private readonly patterns: readonly Candidate[];
  private readonly fallback: RouteMatch | undefined;

  constructor(routes: readonly DeclaredRoute[]) {
    const patterns: Candidate[] = [];
    let fallback: RouteMatch | undefined;
    for (const route of routes) {
      if (route.path === undefined) {
        fallback = { route };
        continue;
      }
      const segments = partsOf(route.path).map(parseSegment);
      if (segments.every((segment) => segment.kind === "literal")) this.exact.set(route.key, { route });
      else patterns.push({ route, segments });
    }
    this.patterns = patterns.sort(bySpecificity);
    this.fallback = fallback;
  }

  match(method: string, path: string): RouteMatch | undefined {
    const exact = this.exact.get(`${method} ${path}`) ?? this.exact.get(`ANY ${path}`);
    if (exact !== undefined) return exact;
    const parts = partsOf(path);
    for (const { route, segments } of this.patterns) {
      if (route.method !== method && route.method !== "ANY") continue;
      const pathParameters = matchSegments(segments, parts);
      if (pathParameters !== undefined) return { route, pathParameters };
    }
    return this.fallback;
  }
}
