// Whose account is on the screen when it belongs to another branch, how old what is known of it, and what may be done while the line is away.
import { BankOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../bridge/client.ts';
import { dateTime } from '../../format/format.ts';
import { useTranslation } from '../../text/use-translation.tsx';

/** How often the page looks whether the line is back and what is left, ms. */
const LOOK_EVERY_MS = 5_000;

/** Nothing for an account of this branch, unless what is sold to it counts within the limit now. */
export function VisitNote({ accountId }: { readonly accountId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery({ ...api.visits.note.queryOptions({ input: { accountId } }), refetchInterval: LOOK_EVERY_MS });
  if (data === undefined) return null;
  const { visit, bounded, left } = data;
  if (visit === null && !bounded) return null;
  const leftWords =
    left === null ? t('visit.leftNone') : t('visit.left', { amount: (left.leftFen / 100).toFixed(2), count: left.leftCount });
  if (visit === null) {
    return (
      <section className="state-undelivered row wrap" data-testid="visit-bounded">
        <strong>{t('visit.bounded')}</strong>
        <span className="figures">{leftWords}</span>
      </section>
    );
  }
  const isPast = visit.expiresAtMs < Date.now();
  return (
    <section className={bounded || isPast ? 'state-undelivered' : 'panel'} aria-label={t('visit.title')} data-testid="visit-note">
      <div className="row wrap" style={{ gap: 16 }}>
        <strong>
          <BankOutlined /> {t('visit.of', { name: visit.homeBranchName, branch: visit.homeBranchNo })}
        </strong>
        <span className="figures">
          {isPast ? t('visit.expired') : t('visit.asOf', { asOf: dateTime(visit.asOfMs), until: dateTime(visit.expiresAtMs) })}
        </span>
        <span>{t(bounded ? 'visit.noLine' : 'visit.line')}</span>
        {bounded && (
          <strong className="figures" data-testid="visit-left">
            {leftWords}
          </strong>
        )}
      </div>
      <div className="soft">{t('visit.only')}</div>
    </section>
  );
}
