// The one engine that changes a card: it looks, judges by the images, keeps the intent, writes, reads back, and can be asked again after any accident.
import { applyWrites, fromHex, sameBytes } from '../../shared/domain/card-image.ts';
import type { CardContent, CardLayout } from '../../shared/domain/card-layout.ts';
import { Fault, type FaultData, isRetryable } from '../../shared/domain/fault.ts';
import type { UseCaseContext } from './actor.ts';
import type { CardAssessment, OpenVerdict } from './card-assessment.ts';
import type { CardKeys } from './ports/cards.ts';
import type { CardSnapshot, HeldReader } from './ports/devices.ts';
import { faultFrom, holdReader, readAndAssess } from './reader.ts';

/** A write whose outcome is unknown is looked at and continued at most so often without asking the clerk. */
const MAX_ROUNDS = 3;

export type DeliveryProof = 'written' | 'found-complete' | 'completed-after-tear' | 'taken-by-meter';

/** A card with the layout that it is taken for. */
export interface CardLook {
  readonly assessment: CardAssessment;
  readonly snapshot: CardSnapshot;
  readonly layout: CardLayout;
  readonly image: Uint8Array;
  readonly content: CardContent | null;
}

/** What to present to the card; `newKeys` are put in their place before anything else is written. */
export interface CardSecret {
  readonly keys: CardKeys;
  readonly newKeys: CardKeys | null;
}

/** One planned change of one card, as the journal knows it now: a top-up or a card task. */
export interface CardJob {
  /** By which the screens know its progress. */
  readonly jobId: string;
  readonly cardNo: string;
  readonly intent: { readonly beforeHex: string; readonly afterHex: string } | null;
  readonly attempts: number;
  /** Returns the layout to take the card for. Throws unless the card in the reader is the one of the job. */
  layoutFor(assessment: CardAssessment): CardLayout;
  /** What the card found says about the intent. */
  judge(look: CardLook): OpenVerdict;
  /** Plans and keeps both images durably. Throws what stands in the way; nothing is kept then. */
  intend(look: CardLook): void;
  /** What may be presented, the likeliest first; the next one only when one was refused. A card that says its key version has one. */
  secrets(look: CardLook, verdict: OpenVerdict): readonly CardSecret[];
  noteWriting(note: { readonly attempt: number; readonly approvedBy?: string }): void;
  /** The card was read back. May throw when something beside the card is still in the way; the next look finds the card as it is. */
  verify(proof: DeliveryProof): void;
}

export interface CardJobInput {
  readonly slot: number;
  /** Staff number of the supervisor who has allowed the card's last PSC attempt; null when nobody has. */
  readonly lastAttemptApprovedBy: string | null;
}

/** Returns the card with the layout the job takes it for. Throws the faults of a card that is not the job's. */
export function lookAt(assessment: CardAssessment, job: Pick<CardJob, 'layoutFor'>): CardLook {
  const layout = job.layoutFor(assessment);
  const { snapshot, content } = assessment;
  if (snapshot.image === null || snapshot.image.length !== layout.imageBytes) throw new Fault('CARD_DAMAGED');
  return { assessment, snapshot, layout, image: snapshot.image, content };
}

/** The planned image, with the meter's own bytes as they are on the card now. */
export function targetImage(planned: Uint8Array, layout: CardLayout, found: Uint8Array): Uint8Array {
  const target = planned.slice();
  for (const { from, to } of layout.meterRanges) target.set(found.subarray(from, to), from);
  return target;
}

/** Returns the keys of a card that is ours. A card says by itself which of the branch's keys it was made with; trying several could spend its attempts. */
export function ownSecret({ ports }: UseCaseContext, { layout, snapshot, image }: CardLook, cardNo: string): CardSecret {
  const keyVersion = snapshot.keyVersion ?? layout.keyVersionOf?.(image) ?? 0;
  const keys = ports.keys.cardKeys({ layoutId: layout.id, access: layout.access, cardNo, uid: snapshot.uid, keyVersion });
  return { keys, newKeys: null };
}

/** One look at the card and at most one write. Returns null when the change is verified on the card, else what stopped it. */
async function workOnce(
  context: UseCaseContext,
  reader: HeldReader,
  input: CardJobInput,
  current: () => CardJob,
): Promise<FaultData | null> {
  const { ports } = context;
  let job = current();
  const progress = (step: 'reading' | 'intent' | 'writing' | 'verifying', doneBytes = 0, totalBytes = 0) =>
    ports.events.publish({ type: 'topup-progress', topupId: job.jobId, step, doneBytes, totalBytes });

  progress('reading');
  const look = lookAt(await readAndAssess(ports, reader, input.slot), job);
  const { layout, snapshot, image } = look;
  const { cardNo } = job;
  const verdict = job.judge(look);
  const proven = (proof: DeliveryProof): null => {
    job.verify(proof);
    return null;
  };
  if (verdict === 'taken-by-meter') return proven('taken-by-meter');
  if (verdict === 'after') return proven('found-complete');
  if (verdict === 'other') throw new Fault('CARD_CHANGED_ELSEWHERE', { cardNo });
  if (snapshot.attemptsLeft === 0) throw new Fault('CARD_LOCKED', { cardNo });
  if (snapshot.attemptsLeft === 1 && input.lastAttemptApprovedBy === null) throw new Fault('CARD_LAST_ATTEMPT', { cardNo });
  if (verdict === 'no-intent') {
    progress('intent');
    job.intend(look);
    job = current();
  }
  if (job.intent === null) throw new Fault('INTERNAL', { reason: 'no intent' });

  const goal = targetImage(fromHex(job.intent.afterHex), layout, image);
  const writes = layout.orderWrites(image, goal);
  if (!sameBytes(applyWrites(image, writes), goal)) throw new Fault('INTERNAL', { reason: 'incomplete write plan' });
  const lastAttempt =
    snapshot.attemptsLeft === 1 && input.lastAttemptApprovedBy !== null ? { approvedBy: input.lastAttemptApprovedBy } : {};
  const secrets = job.secrets(look, verdict);
  job.noteWriting({ attempt: job.attempts + 1, ...lastAttempt });
  progress('writing');
  const request = {
    slot: input.slot,
    access: layout.access,
    expected: image,
    writes,
    allowLastAttempt: input.lastAttemptApprovedBy !== null,
  };
  for (const [index, { keys, newKeys }] of secrets.entries()) {
    const secret = newKeys === null ? { keys } : { keys, newKeys };
    const outcome = await reader.write({ ...request, ...secret }, ({ doneBytes, totalBytes }) =>
      progress('writing', doneBytes, totalBytes),
    );
    if (outcome.kind === 'refused' && outcome.fault.code === 'CARD_PSC_WRONG' && index + 1 < secrets.length) continue;
    if (outcome.kind !== 'done') return faultFrom(outcome.fault).toData();
    progress('verifying');
    // A layout that judges by meaning also says whether what a maker's library writes by itself (its own date) is what was planned.
    const isThere = sameBytes(outcome.value, goal) || layout.judge?.({ before: image, after: goal, found: outcome.value }) === 'after';
    if (!isThere) return { code: 'CARD_WRITE_UNVERIFIED', context: { cardNo } };
    return proven(verdict === 'mixture' ? 'completed-after-tear' : 'written');
  }
  throw new Fault('INTERNAL', { reason: 'no secret' });
}

/**
 * Brings the job to the card in the slot, or finds that it is there. `current` returns the job as the journal has it now. Returns the fault that stopped
 * it, null when it is verified.
 */
export async function bringToCard(context: UseCaseContext, input: CardJobInput, current: () => CardJob): Promise<FaultData | null> {
  try {
    return await holdReader(context.ports, async (reader) => {
      let fault: FaultData | null = null;
      for (let round = 1; round <= MAX_ROUNDS; round += 1) {
        try {
          fault = await workOnce(context, reader, input, current);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          // What stopped the write says more than what the look afterwards found.
          return fault ?? error.toData();
        }
        if (fault === null || !isRetryable(fault)) return fault;
      }
      return fault;
    });
  } catch (error) {
    if (error instanceof Fault) return error.toData();
    throw error;
  }
}
