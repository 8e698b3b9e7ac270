import { attributesOf, type Content } from '../view/element.ts';

const svg = 'http://www.w3.org/2000/svg';

/** Returns content as nodes. Texts become text nodes and attribute values, never markup. */
export function mount(content: Content, isSvg = false): DocumentFragment {
  const fragment = document.createDocumentFragment();
  append(fragment, content, isSvg);
  return fragment;
}

function append(parent: Node, content: Content, isSvg: boolean): void {
  if (content === null || content === false) return;
  if (typeof content === 'string' || typeof content === 'number') {
    parent.appendChild(document.createTextNode(String(content)));
    return;
  }
  if (!('tag' in content)) {
    for (const one of content) append(parent, one, isSvg);
    return;
  }
  const { tag, children } = content;
  // Text for readers without scripts.
  if (tag === 'noscript') return;
  const isInSvg = isSvg || tag === 'svg';
  const element = isInSvg ? document.createElementNS(svg, tag) : document.createElement(tag);
  for (const [name, value] of attributesOf(content)) element.setAttribute(name, value);
  append(element, children, isInSvg);
  parent.appendChild(element);
}

/** Replaces an element by new content. */
export function replace(id: string, content: Content): void {
  document.getElementById(id)?.replaceWith(mount(content));
}
