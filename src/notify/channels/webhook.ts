import type { WebhookFormat, WebhookOptions } from '../../schema/notify.ts';
import type { Message } from '../message.ts';
import { post, type Post } from '../post.ts';
import type { ChannelType } from './channel.ts';

/** Discord rejects longer messages (https://discord.com/developers/docs/resources/webhook#execute-webhook). */
const discordCharacters = 2000;
/** ntfy converts longer messages to attachments (https://docs.ntfy.sh/publish/#limitations). */
const ntfyBytes = 4096;

export const webhook: ChannelType<WebhookOptions> = {
  create: ({ url: urlText, token: tokenText, format }, { resolveUrl, resolveSecret }) => {
    const url = resolveUrl('webhook.url', urlText);
    const token = tokenText === undefined ? null : resolveSecret('webhook.token', tokenText);
    if (url === null || (tokenText !== undefined && token === null)) return null;
    return (message, signal) => {
      const { headers, body } = webhookRequest(format, message);
      const authorization = token === null ? {} : { Authorization: `Bearer ${token}` };
      return post(url, { body, headers: { ...headers, ...authorization }, signal });
    };
  },
  secretTexts: ({ url, token }) => (token === undefined ? [url] : [url, token]),
  isRetriedByNextRun: true,
};

/** Returns the request for a service. Text from projects cannot mention users or create links. */
export function webhookRequest(format: WebhookFormat, message: Message): Omit<Post, 'signal'> {
  const { title, text, event } = message;
  const page = `${title}\n${text}`;
  switch (format) {
    case 'generic':
      return json(message);
    case 'slack':
      // https://docs.slack.dev/messaging/formatting-message-text: only these three characters are special.
      return json({
        text: page.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
      });
    case 'discord':
      return json({ content: truncate(page, discordCharacters), allowed_mentions: { parse: [] } });
    case 'ntfy':
      return {
        headers: {
          'Content-Type': 'text/plain; charset=utf-8',
          // Header values must be ASCII.
          Title: title.replace(/[^ -~]/g, '?'),
          Priority: event === 'failure' || event === 'reminder' ? 'high' : 'default',
        },
        body: truncateBytes(text, ntfyBytes),
      };
  }
}

const json = (body: object): Omit<Post, 'signal'> => ({
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

/** Truncates to `length` UTF-16 code units, which is never less than the count in characters. */
function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function truncateBytes(text: string, length: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= length) return text;
  let end = length - Buffer.byteLength('…');
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)}…`;
}
