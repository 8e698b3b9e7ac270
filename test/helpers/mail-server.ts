import { createServer } from 'node:net';
import { listen } from './listen.ts';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body with the line ends of SMTP. */
  readonly data: string;
}

/** An SMTP server on the loopback interface that accepts every message (RFC 5321). */
export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly received: ReceivedMail[];
}

export async function mailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = createServer((socket) => {
    let [buffer, from, data]: [string, string, string[] | null] = ['', '', null];
    let to: string[] = [];
    const reply = (line: string): void => void socket.write(`${line}\r\n`);
    const onLine = (line: string): void => {
      if (data !== null && line !== '.') data.push(line.replace(/^\./, ''));
      else if (data !== null) {
        received.push({ from, to, data: data.join('\r\n') });
        [to, data] = [[], null];
        reply('250 stored');
      } else if (/^DATA$/i.test(line)) {
        data = [];
        reply('354 go ahead');
      } else if (/^QUIT$/i.test(line)) {
        reply('221 bye');
        socket.end();
      } else {
        const address = /^(MAIL FROM|RCPT TO):<([^>]*)>/i.exec(line);
        if (address?.[1]?.toUpperCase() === 'MAIL FROM') from = address[2] ?? '';
        else if (address !== null) to.push(address[2] ?? '');
        reply('250 ok');
      }
    };
    reply('220 loopback');
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (buffer + text).split('\r\n');
      buffer = lines.pop() ?? '';
      lines.forEach(onLine);
    });
  });
  return {
    port: await listen(server),
    received,
    [Symbol.asyncDispose]: async () => {
      await new Promise((done) => server.close(done));
    },
  };
}
