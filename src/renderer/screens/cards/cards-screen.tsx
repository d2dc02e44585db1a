// What lies in the reader, in full.
import { ReloadOutlined } from '@ant-design/icons';
import { useCard } from '../../bridge/card.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { CardContent } from './card-content.tsx';
import { CardTasksList } from './card-tasks-list.tsx';

export default function CardsScreen() {
  const { t } = useWords();
  const { go } = useNavigation();
  const card = useCard();
  const accountId = card.view?.accountId ?? null;
  const openAccount = (): unknown => {
    if (accountId === null) return false;
    return go({ screen: 'account', accountId });
  };
  const forBlank = (): unknown => (card.view?.kind === 'blank' ? go({ screen: 'home', taskId: 'issue' }) : false);
  useKeys({ Enter: openAccount, F9: card.readAgain, 'Alt+n': forBlank });
  return (
    <div className="stack-wide narrow">
      <div className="row between wrap">
        <h1>{t('card.title')}</h1>
        <Button icon={<ReloadOutlined />} loading={card.reading} onClick={card.readAgain}>
          {t('card.readAgain')}
          <Kbd>F9</Kbd>
        </Button>
      </div>
      {card.problem !== null && <ProblemNote problem={card.problem} />}
      {card.problem === null && card.view === null && <Lines />}
      {card.view !== null && card.view.presence === 'absent' && (
        <div className="panel" data-testid="card-absent">
          <strong>{t('card.absent')}</strong>
          <div>{t('card.absentHint')}</div>
        </div>
      )}
      {card.view !== null && card.view.presence !== 'absent' && (
        <Panel
          title={card.view.customerName === '' ? t('card.title') : card.view.customerName}
          extra={
            accountId !== null && (
              <Button type="primary" onClick={openAccount}>
                {t('card.openAccount')}
                <Kbd>Enter</Kbd>
              </Button>
            )
          }
        >
          <CardContent view={card.view} />
        </Panel>
      )}
      {card.view !== null && accountId !== null && <CardTasksList accountId={accountId} />}
      {card.view?.kind === 'blank' && (
        <Panel title={t('card.blankTitle')}>
          <div>{t('card.blankHint')}</div>
          <div>
            <Button type="primary" onClick={forBlank} data-testid="card-blank-issue">
              {t('task.issue')}
              <Kbd>Alt N</Kbd>
            </Button>
          </div>
        </Panel>
      )}
    </div>
  );
}
