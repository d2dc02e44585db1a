// The loopback door: who is let in, who is refused and why; served here before a small router of its own.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { implement } from '@orpc/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createGate } from '../../src/main/hosts/gate.ts';
import { type LoopbackServer, startLoopbackServer } from '../../src/main/hosts/loopback/server.ts';
import { contract, MAX_CALL_BYTES } from '../../src/shared/contract/index.ts';

let server: LoopbackServer;
const kinds: string[] = [];

beforeAll(async () => {
  const rendererDir = mkdtempSync(join(tmpdir(), 'countertop-door-'));
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><p>counter');
  const os = implement({ shift: { current: contract.shift.current, open: contract.shift.open } });
  const router = os.router({
    shift: {
      current: os.shift.current.handler(() => null),
      open: os.shift.open.handler(() => {
        throw new Error('never');
      }),
    },
  });
  const gate = createGate({
    router,
    connect: (kind) => {
      kinds.push(kind);
      return { kind, sender: { sessionId: null } };
    },
    disconnect: () => {},
  });
  server = await startLoopbackServer({ gate, rendererDir, port: 0 });
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(server.url + path, options, (response) => {
      let body = '';
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

async function cookie(): Promise<string> {
  const opened = await ask(new URL(server.openUrl).pathname + new URL(server.openUrl).search);
  return String(opened.headers['set-cookie']).replace(/;.*/, '');
}

const reason = (answer: Answer) => JSON.parse(answer.body).context.reason;

/** Opens /rpc; gives the socket, or the refusal. */
function open(headers: Record<string, string>, path = '/rpc'): Promise<WebSocket | Answer> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(server.url.replace('http', 'ws') + path, { headers });
    ws.on('open', () => resolve(ws));
    ws.on('error', reject);
    ws.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
  });
}

test('the address with the token sets a strict cookie that opens the page', async () => {
  const opened = await ask(new URL(server.openUrl).pathname + new URL(server.openUrl).search);
  expect(opened.status).toBe(303);
  expect(opened.headers.location).toBe('/');
  expect(String(opened.headers['set-cookie'])).toMatch(/^countertop-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  expect(String(opened.headers['set-cookie'])).not.toContain(server.token);
  const page = await ask('/', { headers: { cookie: await cookie() } });
  expect(page.status).toBe(200);
  expect(page.body).toContain('counter');
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(page.headers['x-content-type-options']).toBe('nosniff');
  expect(page.headers['referrer-policy']).toBe('no-referrer');
});

test.each<[string, string, { method?: string; headers?: Record<string, string> }, number, string]>([
  ['no token', '/', {}, 401, 'token'],
  ['a wrong token', `/open?token=${'x'.repeat(43)}`, {}, 401, 'token'],
  ['a wrong cookie', '/', { headers: { cookie: 'countertop-1=x' } }, 401, 'token'],
  ['a wrong bearer', '/', { headers: { authorization: 'Bearer x' } }, 401, 'token'],
  ['another Host', '/', { headers: { host: 'evil.example:80' } }, 421, 'host'],
  ['another Host at the opening address', '/open?token=TOKEN', { headers: { host: 'evil.example' } }, 421, 'host'],
  ['a foreign Origin', '/', { headers: { origin: 'http://evil.example', authorization: 'Bearer TOKEN' } }, 403, 'origin'],
  ['a post without Origin', '/', { method: 'POST', headers: { cookie: 'COOKIE' } }, 403, 'origin'],
  ['a post', '/', { method: 'POST', headers: { authorization: 'Bearer TOKEN' } }, 405, 'method'],
  ['a missing file', '/nothing.js', { headers: { authorization: 'Bearer TOKEN' } }, 404, 'address'],
  ['a path out of the folder', '/..%2f..%2fpackage.json', { headers: { authorization: 'Bearer TOKEN' } }, 404, 'address'],
])('%s is refused', async (_name, path, options, status, why) => {
  const fill = async (text: string) => text.replace('TOKEN', server.token).replace('COOKIE', text === 'COOKIE' ? await cookie() : '');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = await fill(value);
  const answer = await ask(await fill(path), { ...options, headers });
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'SENDER_REFUSED', context: { reason: why } });
});

test('the line opens for this page and for scripts, and for nobody else', async () => {
  const page = await open({ cookie: await cookie(), origin: server.url });
  expect(page).toBeInstanceOf(WebSocket);
  (page as WebSocket).close();
  const script = await open({ authorization: `Bearer ${server.token}` });
  expect(script).toBeInstanceOf(WebSocket);
  (script as WebSocket).close();
  expect(kinds).toEqual(['browser', 'script']);
  expect(reason((await open({ cookie: await cookie(), origin: 'http://evil.example' })) as Answer)).toBe('origin');
  expect(reason((await open({ cookie: await cookie() })) as Answer)).toBe('origin');
  expect(reason((await open({ origin: server.url })) as Answer)).toBe('token');
  expect(reason((await open({ authorization: `Bearer ${server.token}`, host: 'evil.example' })) as Answer)).toBe('host');
  expect(reason((await open({ authorization: `Bearer ${server.token}` }, '/other')) as Answer)).toBe('address');
});

test('an oversized call gets its fault, a monstrous one cuts the line, and others are served', async () => {
  const ws = (await open({ authorization: `Bearer ${server.token}` })) as WebSocket;
  const answers: string[] = [];
  ws.on('message', (data) => answers.push(String(data)));
  ws.send(`{"i":"a","p":{"u":"/shift/current","b":{"json":{"x":"${'x'.repeat(MAX_CALL_BYTES)}"}}}}`);
  ws.send('{"i":"b","p":{"u":"/shift/current","b":{"json":{}}}}');
  await expect.poll(() => answers.length).toBe(2);
  expect(JSON.parse(answers.find((text) => text.startsWith('{"i":"a"')) ?? '').p.b.json.code).toBe('CALL_TOO_LARGE');
  expect(JSON.parse(answers.find((text) => text.startsWith('{"i":"b"')) ?? '').p.b.json).toBe(null);
  const closed = new Promise((resolve) => ws.on('close', resolve));
  ws.send('x'.repeat(5 * MAX_CALL_BYTES));
  expect(await closed).toBe(1009);
  expect((await ask('/', { headers: { authorization: `Bearer ${server.token}` } })).status).toBe(200);
});

test('a taken port is refused', async () => {
  const gate = { serve: () => {} };
  await expect(startLoopbackServer({ gate, rendererDir: '.', port: Number(new URL(server.url).port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test('a file that has gone, a way out of the folder and an address that is none are refused, and the counter goes on', async () => {
  const headers = { cookie: await cookie() };
  expect((await ask('/index.html', { headers })).body).toContain('counter');
  for (const path of ['/assets/gone.js', '/../package.json', '/%2e%2e/package.json', '/%', '//', '//evil', '/index.html%00.js']) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      socket.on('data', (part) => {
        text += part;
      });
      socket.on('end', () => resolve(text)).on('error', reject);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nCookie: ${headers.cookie}\r\nConnection: close\r\n\r\n`);
    });
    expect(answer.split('\r\n')[0], path).toContain('404');
  }
  expect((await ask('/', { headers })).status).toBe(200);
});
