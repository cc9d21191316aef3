import { openapiDocument } from "../runtime/order-api/openapi-document";
import { apiPage } from "./api-page";
import { asyncapiDocument } from "./asyncapi-document";
import { eventSchemas } from "./event-schemas";
import { settingsPage } from "./settings-page";

/** The folder that documents are kept in, below the project's. */
export const documentsFolder = "docs";

/** Folder of what describes the API and the events, below that of the documents. */
export const apiFolder = "api";

/** Folder of the events' schemas, below that of the documents. */
export const eventsFolder = `${apiFolder}/events`;

/** Everything that is made from the code, by file name below `docs`. */
export const generatedDocuments: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries({
      [`${apiFolder}/openapi.json`]: openapiDocument,
      [`${apiFolder}/asyncapi.json`]: asyncapiDocument,
      ...Object.fromEntries(Object.entries(eventSchemas).map(([file, schema]) => [`${eventsFolder}/${file}`, schema])),
    }).map(([file, document]) => [file, `${JSON.stringify(document, null, 2)}\n`]),
  ),
  [`${apiFolder}/README.md`]: apiPage,
  "settings.md": settingsPage(),
};
