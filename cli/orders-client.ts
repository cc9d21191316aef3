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
    return this.send("GET", `/orders/${orderId}`, token);
  }

  list(query: Readonly<Record<string, string>>, token = this.token): Promise<Answer> {
    return this.send("GET", `/orders?${new URLSearchParams(query)}`, token);
  }

  cancel(orderId: string, token = this.token): Promise<Answer> {
    return this.send("POST", `/orders/${orderId}/cancellation`, token);
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
    // Every answer of the API is a JSON object, those of the gateway too.
    const answer = (await response.json()) as Record<string, unknown>;
    return { status: response.status, replayed: response.headers.get("idempotent-replayed") === "true", body: answer };
  }
}
