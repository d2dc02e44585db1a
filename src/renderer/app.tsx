// The whole screen: providers, the line's banner, and sign-in or the shell.
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import zhTW from 'antd/locale/zh_TW';
import { useMemo, useSyncExternalStore } from 'react';
import { api, createQueries, line } from './bridge/client.ts';
import { useSession } from './bridge/session.ts';
import { KeyboardProvider } from './keys/keys.tsx';
import { LineBanner } from './screens/shell/line-banner.tsx';
import { Shell } from './screens/shell/shell.tsx';
import { FirstStartScreen } from './screens/sign-in/first-start-screen.tsx';
import { SignInScreen } from './screens/sign-in/sign-in-screen.tsx';
import type { Language } from './text/index.ts';
import { useTranslation } from './text/use-translation.tsx';
import { useDark, wantsStillness } from './theme/appearance.ts';
import { KeptStyles } from './theme/kept-styles.tsx';
import { themeOf } from './theme/theme.ts';

const LOCALES: Readonly<Record<Language, typeof zhCN>> = { 'zh-CN': zhCN, 'zh-TW': zhTW, en: enUS };

/** How often the first load is looked at, ms. */
const FIRST_START_POLL_MS = 700;

function Door() {
  const { t } = useTranslation();
  const session = useSession();
  const status = useSyncExternalStore(line.subscribe, line.status);
  const { data: firstStart } = useQuery({
    ...api.system.firstStart.queryOptions({ input: {} }),
    enabled: status.everOpen,
    // Asked only while there is something to wait for; afterwards nothing of it comes back.
    refetchInterval: ({ state }) => (state.data === null ? false : FIRST_START_POLL_MS),
  });
  if (session === undefined || !status.everOpen || firstStart === undefined) {
    return (
      <main className="sign-in">
        <output>{t('app.loading')}</output>
      </main>
    );
  }
  if (firstStart !== null) return <FirstStartScreen state={firstStart} />;
  // A new person starts with an empty screen and an empty cache.
  return session === null ? <SignInScreen /> : <Signed key={session.sessionId} />;
}

function Signed() {
  const session = useSession();
  const queries = useMemo(createQueries, []);
  if (session === null || session === undefined) return null;
  return (
    <QueryClientProvider client={queries}>
      <Shell session={session} />
    </QueryClientProvider>
  );
}

export function App() {
  const { i18n } = useTranslation();
  const dark = useDark();
  const look = useMemo(() => themeOf({ dark, still: wantsStillness() }), [dark]);
  const queries = useMemo(createQueries, []);
  return (
    <ConfigProvider
      theme={look}
      locale={LOCALES[i18n.language as Language] ?? zhCN}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <KeptStyles />
      <AntApp style={{ height: '100%' }} message={{ top: 56 }}>
        <QueryClientProvider client={queries}>
          <KeyboardProvider>
            <div className="page">
              <LineBanner />
              <Door />
            </div>
          </KeyboardProvider>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
