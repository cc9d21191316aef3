type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string;

const svgNamespace = "http://www.w3.org/2000/svg";

const dressed = <Kind extends Element>(node: Kind, attributes: Attributes, children: readonly Child[]): Kind => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
};

/** An HTML element. A child that is a string becomes text, so nothing that a resource or a message holds becomes markup. */
export const element = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] => dressed(document.createElement(tag), attributes, children);

export const svgElement = <Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] => dressed(document.createElementNS(svgNamespace, tag), attributes, children);

/** An element that the page's document has. */
export const byId = <Kind extends HTMLElement = HTMLElement>(id: string): Kind => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element #${id}.`);
  // The document is this package's own: who asks knows what it is.
  return found as Kind;
};

/** Writes a text only when it is another, so that a screen reader and the browser's layout have nothing to do. */
export const setText = (node: Node, text: string): void => {
  if (node.textContent !== text) node.textContent = text;
};

export const setClass = (node: Element, name: string, on: boolean): void => {
  if (node.classList.contains(name) !== on) node.classList.toggle(name, on);
};
