/**
 * A description of an element, which the program renders as text and the page as nodes. Its texts are untrusted: both
 * escape them.
 */
export interface PageElement {
  readonly tag: string;
  readonly attributes: Attributes;
  readonly children: readonly Content[];
}

export type Content = PageElement | string | number | null | readonly Content[];

/** Attributes that are null or false are omitted; true is an attribute without a value. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Returns an element. */
export const h = (
  tag: string,
  attributes: Attributes = {},
  ...children: readonly Content[]
): PageElement => ({ tag, attributes, children });

/** Returns the attributes of an element as pairs, without those that are omitted. */
export const attributesOf = ({ attributes }: PageElement): readonly (readonly [string, string])[] =>
  Object.entries(attributes).flatMap(([name, value]) =>
    value === null || value === undefined || value === false
      ? []
      : [[name, value === true ? '' : String(value)] as const],
  );
