import { AwsError, type AwsResponse } from "../../kernel/endpoint/aws-service";
import { escapeXml, unescapeXml } from "../../kernel/endpoint/xml";

export const xmlAnswer = (root: string, content: string): AwsResponse => ({
  status: 200,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`,
});

/** "" where there is no value. */
export const element = (name: string, value: string | number | boolean | undefined): string =>
  value === undefined ? "" : `<${name}>${escapeXml(String(value))}</${name}>`;

/** The content of each element of a name, as it is in the document; for elements that do not contain their own kind. */
export const elementsIn = (document: string, name: string): readonly string[] =>
  [...document.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>(.*?)</${name}>`, "gs"))].map(([, inner = ""]) => inner);

export const textIn = (document: string, name: string): string | undefined => {
  const [inner] = elementsIn(document, name);
  return inner === undefined ? undefined : unescapeXml(inner);
};

export const malformedXml = (): AwsError =>
  new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
