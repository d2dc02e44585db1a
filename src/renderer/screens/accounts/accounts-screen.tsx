// Accounts: the search by itself, for finding somebody while something else is on the home screen.
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { type Hit, Omnibox } from '../home/omnibox.tsx';
import { useNavigation } from '../shell/navigation.tsx';

export default function AccountsScreen() {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const open = useCallback((hit: Hit) => go({ screen: 'account', accountId: hit.accountId }), [go]);
  return (
    <div className="stack-wide">
      <h1>{t('accounts.title')}</h1>
      <Omnibox autoFocus onOpen={open} />
      <p className="soft">{t('accounts.startHint')}</p>
    </div>
  );
}
