import * as z from "zod";

const error = 'must be "simulated" or an http(s) URL';

/** Where a service is called: its base URL, or `simulated` for the built-in stand-in. */
export const serviceUrl = z.string({ error }).regex(/^(simulated|https?:\/\/[^\s/]+\S*)$/, { error });

/** Name of the SecureString parameter that holds the service's API key; left out when it needs none. */
export const keyParameter = z.string().min(1).optional();
