// At home: how many papers somebody should look at, and the way to them.
import { PrinterOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Kbd } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { isToBeAsked } from './print-page.ts';

export function PrintsNote() {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const { data = [] } = useQuery(api.prints.list.queryOptions({ input: { which: 'open' } }));
  // Receipts of purchases stand among what needs attention already.
  const count = data.filter(({ job }) => job !== null && (isToBeAsked(job) || job.state === 'not-printed')).length;
  if (count === 0) return null;
  return (
    <div className="panel row between wrap" data-testid="prints-note">
      <span className="row">
        <PrinterOutlined className="tone-warn" />
        {t('prints.note', { count })}
      </span>
      <Button onClick={() => go({ screen: 'prints' })}>
        {t('common.show')}
        <Kbd>Ctrl F3</Kbd>
      </Button>
    </div>
  );
}
