/**
 * A description of an element, which the program renders as text and the page as nodes. Its texts are untrusted: both
 * escape them.
 */
export interface PageElement {
  readonly tag: string;
  readonly attributes: Attributes;
  readonly children: readonly Content[];
}

/** Null and false are nothing, so that content can depend on a condition: `isNew && h('em', 'new')`. */
export type Content = PageElement | string | number | null | false | readonly Content[];

/** Attributes that are null or false are omitted; true is an attribute without a value. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * Returns an element for a tag with classes, such as `p.muted` or `div`, then its attributes if it has further ones, then
 * its content.
 */
export function h(
  selector: string,
  first: Attributes | Content = null,
  ...others: readonly Content[]
): PageElement {
  const [tag = '', ...classes] = selector.split('.');
  const own: Attributes = classes.length === 0 ? {} : { class: classes.join(' ') };
  return isContent(first)
    ? { tag, attributes: own, children: [first, ...others] }
    : { tag, attributes: { ...own, ...first }, children: others };
}

const isContent = (value: Attributes | Content): value is Content =>
  value === null || typeof value !== 'object' || Array.isArray(value) || 'tag' in value;

/** Returns the attributes of an element as pairs, without those that are omitted. */
export const attributesOf = ({ attributes }: PageElement): readonly (readonly [string, string])[] =>
  Object.entries(attributes).flatMap(([name, value]) =>
    value === null || value === undefined || value === false
      ? []
      : [[name, value === true ? '' : String(value)] as const],
  );
