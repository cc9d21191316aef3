import { openapiDocument } from "../runtime/order-api/openapi-document";
import { asyncapiDocument } from "./asyncapi-document";
import { eventSchemas } from "./event-schemas";

/** The folder that documents are kept in, below the project's. */
export const documentsFolder = "docs/api";

/** Folder of the events' schemas, below that of the documents. */
export const eventsFolder = "events";

/** Everything that describes the system to others, by file name below `docs/api`, made of the schemas that the code runs by. */
export const apiDocuments: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    "openapi.json": openapiDocument,
    "asyncapi.json": asyncapiDocument,
    ...Object.fromEntries(Object.entries(eventSchemas).map(([file, schema]) => [`${eventsFolder}/${file}`, schema])),
  }).map(([file, document]) => [file, `${JSON.stringify(document, null, 2)}\n`]),
);
