// What headquarters has published, by version, and what was refused because its signature is not headquarters'.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../bridge/client.ts';
import { Panel, StateWord } from '../../components/facts.tsx';
import { useTranslation } from '../../text/use-translation.tsx';

const TONES = { 'in-force': 'ok', upcoming: 'warn', replaced: 'warn', over: 'warn', refused: 'bad' } as const;
const WORDS = {
  'in-force': 'visit.inForce',
  upcoming: 'visit.upcoming',
  replaced: 'visit.replaced',
  over: 'visit.over',
  refused: 'visit.refused',
} as const;

export function MasterDataPanel() {
  const { t } = useTranslation();
  const { data } = useQuery(api.sync.masterData.queryOptions({ input: {}, refetchOnMount: 'always' }));
  const rows = data?.documents ?? [];
  return (
    <Panel title={t('visit.documents')} testId="sync-documents">
      {rows.length === 0 ? (
        <p className="soft">{t('visit.documentsNone')}</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              {(['document', 'kind', 'version', 'from', 'until', 'state'] as const).map((heading) => (
                <th key={heading}>{t(`visit.heading.${heading}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.documentId}/${row.version}/${row.state}`}>
                <td>{row.documentId}</td>
                <td>{t(`visit.kind.${row.documentKind}`)}</td>
                <td className="figures">{row.version}</td>
                <td className="figures">{row.effectiveFrom}</td>
                <td className="figures">{row.validUntil === '' ? t('common.none') : row.validUntil}</td>
                <td>
                  <StateWord tone={TONES[row.state]}>{t(WORDS[row.state])}</StateWord>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
