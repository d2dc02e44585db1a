// Documents of headquarters as they travel and as IT hands them in.
import { z } from 'zod';
import type { MasterDataKind, MasterDataOperationKind, MasterDataPayloads, UnsignedDocument } from '../domain/master-data.ts';
import { policyPayloadSchemas } from './business.ts';
import { tariffSchema } from './tariff.ts';
import { amountFen, count, date, key, line, text } from './values.ts';

const allowance = z.strictObject({ amountFen, count: count.max(100_000) });

const contents = {
  tariff: z.strictObject({ tariff: tariffSchema }),
  policy: policyPayloadSchemas['policy.published'].pick({ policy: true }),
  staff: z.strictObject({
    staff: z
      .array(
        z.strictObject({
          staffNo: key,
          name: text.min(1),
          role: z.enum(['clerk', 'supervisor', 'manager', 'it', 'left']),
          passwordHash: z.union([z.literal(''), line(300).regex(/^\$argon2id\$/)]),
        }),
      )
      .min(1)
      .max(2_000),
  }),
  'offline-limit': z.strictObject({
    limit: z.strictObject({ perDay: allowance, perClerk: allowance, perCard: allowance, ownCards: z.boolean() }),
  }),
  'driver-keys': z.strictObject({
    keys: z.array(z.strictObject({ name: line(64).min(1), publicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/) })).max(200),
  }),
} satisfies { [K in MasterDataKind]: z.ZodType };

const documentOf = <K extends MasterDataKind>(kind: K) => ({
  documentKind: z.literal(kind),
  documentId: key,
  version: count.min(1),
  effectiveFrom: date,
  validUntil: z.union([z.literal(''), date]),
  content: contents[kind],
});
const signature = z.base64().length(88);

/** A document as IT hands it in, without a signature. */
export const unsignedDocumentSchema: z.ZodType<UnsignedDocument> = z.discriminatedUnion('documentKind', [
  z.strictObject(documentOf('tariff')),
  z.strictObject(documentOf('policy')),
  z.strictObject(documentOf('staff')),
  z.strictObject(documentOf('offline-limit')),
  z.strictObject(documentOf('driver-keys')),
]);

export const masterDataPayloadSchemas = {
  'master-data.published': z.discriminatedUnion('documentKind', [
    z.strictObject({ ...documentOf('tariff'), signature }),
    z.strictObject({ ...documentOf('policy'), signature }),
    z.strictObject({ ...documentOf('staff'), signature }),
    z.strictObject({ ...documentOf('offline-limit'), signature }),
    z.strictObject({ ...documentOf('driver-keys'), signature }),
  ]),
} satisfies { [K in MasterDataOperationKind]: z.ZodType<MasterDataPayloads[K]> };
