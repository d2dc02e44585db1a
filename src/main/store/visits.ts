// The cache of visits and headquarters' keys beside the journal; neither is part of the projections.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { publicJwk } from '../../shared/wire/enrolment.ts';
import type { Authority, VisitTable } from '../core/ports/visits.ts';
import { build, built, type Connection, type Place, prepare } from './hot.ts';
import type { BranchSchema } from './schema.ts';

const statements = {
  get: built((p: Place<{ account_id: string }>) => build.selectFrom('visit').selectAll().where('account_id', '=', p('account_id'))),
  card: built((p: Place<{ card_no: string }>) => build.selectFrom('visit_card').select('account_id').where('card_no', '=', p('card_no'))),
  put: built((p: Place<BranchSchema['visit']>) =>
    build
      .replaceInto('visit')
      .values({ account_id: p('account_id'), json: p('json'), signature: p('signature'), received_at_ms: p('received_at_ms') }),
  ),
  putCard: built((p: Place<BranchSchema['visit_card']>) =>
    build.replaceInto('visit_card').values({ card_no: p('card_no'), account_id: p('account_id') }),
  ),
  meta: built((p: Place<{ key: string }>) => build.selectFrom('meta').select('value').where('key', '=', p('key'))),
  putMeta: built((p: Place<BranchSchema['meta']>) => build.replaceInto('meta').values({ key: p('key'), value: p('value') })),
};

/** Key in meta: headquarters' public keys, by blanks; more than one where it was founded anew. */
const KEYS = 'headquarters-keys';

/** Returns the cache of visits. */
export function visitTable(connection: Connection): VisitTable {
  const get = prepare(connection, statements.get);
  const card = prepare(connection, statements.card);
  const put = prepare(connection, statements.put);
  const putCard = prepare(connection, statements.putCard);
  return {
    get(accountId) {
      const row = get.get({ account_id: accountId });
      return row === undefined ? null : { json: row.json, signature: row.signature, receivedAtMs: row.received_at_ms };
    },
    accountOfCard: (cardNo) => card.get({ card_no: cardNo })?.account_id ?? null,
    put({ accountId, json, signature, receivedAtMs, cardNos }) {
      put.run({ account_id: accountId, json, signature, received_at_ms: receivedAtMs });
      for (const cardNo of cardNos) putCard.run({ card_no: cardNo, account_id: accountId });
    },
  };
}

/** Returns headquarters' word, by the keys that are kept. */
export function authority(connection: Connection): Authority {
  const meta = prepare(connection, statements.meta);
  const putMeta = prepare(connection, statements.putMeta);
  let text: string | null = null;
  let keys: readonly KeyObject[] = [];
  const known = (): string => meta.get({ key: KEYS })?.value ?? '';
  const current = (): readonly KeyObject[] => {
    const now = known();
    if (now === text) return keys;
    text = now;
    keys = now
      .split(' ')
      .filter((key) => key !== '')
      .map((key) => createPublicKey({ key: publicJwk('Ed25519', key), format: 'jwk' }));
    return keys;
  };
  return {
    isSigned(content, signature) {
      const bytes = Buffer.from(signature, 'base64');
      return bytes.length === 64 && current().some((key) => verify(null, Buffer.from(content, 'utf8'), key, bytes));
    },
    learn(publicKey) {
      const before = known()
        .split(' ')
        .filter((key) => key !== '');
      if (!before.includes(publicKey)) putMeta.run({ key: KEYS, value: [...before, publicKey].join(' ') });
    },
  };
}
