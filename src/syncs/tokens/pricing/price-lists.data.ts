import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findProvider, type ModelInfo } from '@pydantic/genai-prices';

/** A model of a price list, without what no price depends on, such as its description. */
export type ListedModel = Pick<ModelInfo, 'id' | 'match' | 'prices'>;

const source = readFileSync(
  createRequire(import.meta.url).resolve('@pydantic/genai-prices'),
  'utf8',
);
/** Each list of the package has a pattern of URLs. The package finds a list by its id, and names no ids. */
const count = source.match(/\bapi_pattern:\s*["'`]/g)?.length;

/** The models of each price list, by the id of the list, such as `anthropic`. The build evaluates this module. */
export const priceLists: Readonly<Record<string, readonly ListedModel[]>> = Object.fromEntries(
  [...source.matchAll(/\bid:\s*"([^"]+)"/g)].flatMap(([, id = '']) => {
    const list = findProvider({ providerId: id });
    // The package also finds lists by a part of their name.
    if (list?.id !== id) return [];
    return [
      [id, list.models.map(({ id: model, match, prices }) => ({ id: model, match, prices }))],
    ];
  }),
);
if (Object.keys(priceLists).length !== count) {
  throw new Error(`${String(count)} price lists, of which some were not found`);
}
