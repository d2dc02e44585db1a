// Accounts: the search by itself, for finding somebody while something else is on the home screen.
import { UserAddOutlined } from '@ant-design/icons';
import { useCallback } from 'react';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { type Hit, Omnibox } from '../home/omnibox.tsx';
import { useNavigation } from '../shell/navigation.tsx';

export default function AccountsScreen() {
  const { t } = useWords();
  const { go } = useNavigation();
  const open = useCallback((hit: Hit) => go({ screen: 'account', accountId: hit.accountId }), [go]);
  const openNew = (): void => go({ screen: 'task', taskId: 'open-account', accountId: '' });
  useKeys({ 'Alt+y': openNew });
  return (
    <div className="stack-wide">
      <div className="row between wrap">
        <h1>{t('accounts.title')}</h1>
        <Button icon={<UserAddOutlined />} title={t('people.openHint')} onClick={openNew} data-testid="open-account">
          {t('task.open-account')}
          <Kbd>Alt Y</Kbd>
        </Button>
      </div>
      <Omnibox autoFocus onOpen={open} />
      <p className="soft">{t('accounts.startHint')}</p>
    </div>
  );
}
