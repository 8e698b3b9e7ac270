/**
 * Names of vendors in agent logs, by the id of the list in the price table. A name that is an id of the table
 * needs no entry.
 */
const vendorNames: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['claude'],
  openai: ['openai-codex', 'openai-responses', 'codex', 'chatgpt'],
  google: [
    ...['gemini', 'google-gemini', 'google-gemini-cli', 'google-gla', 'google-ai-studio'],
    ...['vertex', 'vertexai', 'vertex-ai', 'google-vertex', 'google-vertex-anthropic'],
  ],
  aws: ['amazon-bedrock', 'aws-bedrock', 'bedrock', 'amazon'],
  azure: ['azure-openai', 'azure_ai', 'azure-cognitive-services'],
  moonshotai: ['moonshot', 'moonshotai-cn', 'kimi', 'kimi-for-coding'],
  zai: ['z-ai', 'z.ai', 'zai-org', 'zai-coding-plan'],
  zhipuai: ['zhipu', 'bigmodel', 'zhipuai-coding-plan'],
  minimax: ['minimax-cn', 'minimaxai'],
  'x-ai': ['xai', 'grok'],
  mistral: ['mistralai'],
  // The table has no list of Alibaba: `candidatesFor` looks for its models in the list of OpenRouter.
  qwen: ['alibaba', 'alibaba-cn', 'dashscope', 'qwen-code'],
};
/** Gateways that charge the prices of the makers, whose name is part of the model id. */
const gatewayNames = ['vercel', 'vercel-ai-gateway', 'ai-gateway', 'litellm'];

const listByName = new Map(
  Object.entries(vendorNames).flatMap(([list, names]) =>
    names.map((name): [string, string] => [name, list]),
  ),
);

/** The makers of models by the start of their ids. Models with open weights are also served by others. */
const makers: readonly { readonly id: RegExp; readonly list: string; readonly isOpen: boolean }[] =
  [
    { id: /^claude-/, list: 'anthropic', isOpen: false },
    { id: /^(gpt-(?!oss)|chatgpt-|codex-|o[134](-|$))/, list: 'openai', isOpen: false },
    { id: /^gemini-/, list: 'google', isOpen: false },
    { id: /^grok-/, list: 'x-ai', isOpen: false },
    { id: /^deepseek-/, list: 'deepseek', isOpen: true },
    { id: /^(kimi|moonshot)-/, list: 'moonshotai', isOpen: true },
    { id: /^glm-/, list: 'zai', isOpen: true },
    { id: /^minimax-/, list: 'minimax', isOpen: true },
    {
      id: /^(mistral|codestral|devstral|magistral|ministral|mixtral|pixtral|open-mi[sx]tral)-/,
      list: 'mistral',
      isOpen: true,
    },
  ];

/** A place in the price table where the price of a model may be. */
export interface Candidate {
  /** The id of a list, such as `anthropic`. */
  readonly list: string;
  readonly id: string;
}

/**
 * Returns where to look for the price of a model, in order:
 * 1. the list of the vendor that the log names, with the id as it is and then without additions. The form of an id of
 *    Bedrock (`eu.anthropic.claude-…`) proves this list, which is then the only one: regions have their own prices;
 * 2. the list of the vendor in `vendor/model`;
 * 3. the list of the maker. An id of open weights proves its maker only if the log names no other vendor, because
 *    others serve these models at their own prices, or on the user's machine.
 */
export function candidatesFor(vendor: string, model: string): readonly Candidate[] {
  const ids = idsOf(model);
  const id = ids.at(-1) ?? '';
  const bare = bareIdOf(id);
  const name = vendor.trim().toLowerCase();
  const list = isBedrockId(id) ? 'aws' : listOf(name);
  const named = ids.map((one) => ({ list, id: one }));
  if (list === 'aws') return named;
  const prefix = id.includes('/') ? id.slice(0, id.indexOf('/')) : '';
  // Agents that use the API of Anthropic don't log whether it is that of another vendor.
  const isUnnamed =
    name === '' ||
    gatewayNames.includes(name) ||
    (list === 'anthropic' && !bare.startsWith('claude'));
  const isServedBy = (other: string): boolean =>
    (isUnnamed || list === other) && (prefix === '' || listOf(prefix) === other);
  const maker = makers.find(({ id: start }) => start.test(bare));
  return [
    ...named,
    ...(prefix !== '' && isServedBy(listOf(prefix)) ? [{ list: listOf(prefix), id: bare }] : []),
    ...(maker !== undefined && (!maker.isOpen || isServedBy(maker.list))
      ? [{ list: maker.list, id: bare }]
      : []),
    ...(isServedBy('qwen') && bare.startsWith('qwen')
      ? [{ list: 'openrouter', id: `qwen/${bare}` }]
      : []),
    ...(isUnnamed && prefix !== '' ? [{ list: 'openrouter', id }] : []),
  ];
}

const listOf = (name: string): string => listByName.get(name) ?? name;

/** Whether the id is a free variant of OpenRouter (openrouter.ai/docs, "Free variant"). */
export const isFreeVariant = (vendor: string, model: string): boolean =>
  model.endsWith(':free') && (vendor.trim().toLowerCase() === 'openrouter' || model.includes('/'));

/** Variants of OpenRouter that select a provider or an option, not another model (openrouter.ai/docs, "Model variants"). */
const variants = /:(nitro|floor|exacto|online|thinking|beta)$/;

/** Returns the id in lower case, then without what is not part of the name. */
function idsOf(model: string): readonly string[] {
  const id = model.trim().toLowerCase();
  const bare = id
    // A resource name of Bedrock or Vertex: `arn:aws:bedrock:…/<id>`, `projects/…/models/<id>`, `models/<id>`.
    .replace(/^(arn:|projects\/|publishers\/|models\/).*\//, '')
    .replace(/^openrouter\//, '')
    // Claude Code appends the size of the context window.
    .replace(/\[1m\]$/, '')
    .replace(variants, '');
  return id === bare ? [id] : [id, bare];
}

// docs.aws.amazon.com/bedrock, "Inference profiles" and "Supported foundation models".
const region = /^(us|us-gov|eu|apac|au|jp|ca|sa|in|global)\.(?=[a-z0-9-]+\.)/;
const bedrockMaker =
  /^(amazon|anthropic|meta|mistral|openai|qwen|deepseek|cohere|ai21|writer|minimax|moonshotai|moonshot|zai|google|nvidia)\./;

const isBedrockId = (id: string): boolean => bedrockMaker.test(id.replace(region, ''));

/** Returns the id without region, maker and path: `eu.anthropic.claude-opus-5-v1:0` → `claude-opus-5-v1:0`. */
const bareIdOf = (id: string): string =>
  id
    .replace(/^.*\//, '')
    .replace(/^(regional)\./, '')
    .replace(region, '')
    .replace(bedrockMaker, '');

/**
 * Additions that don't make another model: dates (`-20250929`, `-2025-04-14`, `-09-2025`, `-0905`, `@20250929`),
 * revisions (`-v1:0`, `-001`), `-latest`, and previews. Any other difference is another model with another price.
 */
const addition =
  /(-20\d{6}|-20\d\d-\d\d-\d\d|-\d\d-\d\d(\d\d)?|-\d{3,4}|@[a-z0-9-]+|-v\d+(:\d+)?|:\d+|-latest|-preview|-exp|-customtools)$/;

function stripAdditions(model: string): string {
  let id = model;
  while (addition.test(id)) id = id.replace(addition, '');
  return id;
}

/** Returns the id that a log names in lower case and without additions. */
export const withoutAdditions = (model: string): string =>
  stripAdditions(idsOf(model).at(-1) ?? '');

/** Returns a form of the id that is the same for all ids of one model, for example `claude-opus-4.8`. */
export function canonicalId(model: string): string {
  const id = stripAdditions(bareIdOf(model.toLowerCase()));
  const claude =
    /^claude-(?:([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?|(\d{1,2})(?:[-.](\d{1,2}))?-([a-z]+))(?!\d)(.*)$/.exec(
      id,
    );
  if (claude === null) return id;
  const [, family1, major1, minor1, major2, minor2, family2, rest = ''] = claude;
  return `claude-${family1 ?? family2 ?? ''}-${major1 ?? major2 ?? ''}.${minor1 ?? minor2 ?? '0'}${rest}`;
}
