import { readJson } from "../runtime/values/json";
import { CommandError } from "./command-error";

/** An answer of the API, with what the demonstration looks at. */
export interface Answer {
  readonly status: number;
  readonly replayed: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RequestOptions {
  readonly key?: string;
  readonly token?: string;
}

/** The API of orders, as a back end uses it. Each request goes out as it is, also a wrong one. */
export class OrdersClient {
  private readonly api: string;
  private readonly token: string;

  constructor(api: string, token: string) {
    this.api = api;
    this.token = token;
  }

  place(order: unknown, options: RequestOptions = {}): Promise<Answer> {
    return this.placeText(JSON.stringify(order), options);
  }

  /** For bodies that are no JSON. */
  placeText(body: string, { key, token = this.token }: RequestOptions = {}): Promise<Answer> {
    return this.send("POST", "/orders", token, body, key === undefined ? {} : { "idempotency-key": key });
  }

  get(orderId: string, token = this.token): Promise<Answer> {
    return this.send("GET", `/orders/${encodeURIComponent(orderId)}`, token);
  }

  list(query: Readonly<Record<string, string>>, token = this.token): Promise<Answer> {
    return this.send("GET", `/orders?${new URLSearchParams(query)}`, token);
  }

  cancel(orderId: string, token = this.token): Promise<Answer> {
    return this.send("POST", `/orders/${encodeURIComponent(orderId)}/cancellation`, token);
  }

  /** The API's OpenAPI document, which needs no token. */
  describe(): Promise<Answer> {
    return this.send("GET", "/openapi.json", "");
  }

  private async send(
    method: string,
    path: string,
    token: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.api}${path}`, {
      method,
      headers: {
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const replayed = response.headers.get("idempotent-replayed") === "true";
    return { status: response.status, replayed, body: await jsonOf(response) };
  }
}

/** Every answer of the API is a JSON object, those of the gateway too. */
async function jsonOf(response: Response): Promise<Answer["body"]> {
  const text = await response.text();
  const json = readJson(text);
  if (typeof json === "object" && json !== null) return { ...json };
  throw new CommandError(
    `${response.url} is not an API of orders: it answered ${response.status} with ${JSON.stringify(text.slice(0, 60))}, which is not a JSON object.`,
  );
}
