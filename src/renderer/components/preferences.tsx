// Language and light or dark, on every screen.

import { MoonOutlined, SunOutlined } from '@ant-design/icons';
import { Select } from 'antd';
import { memo } from 'react';
import { LANGUAGE_NAMES, LANGUAGES } from '../text/index.ts';
import { useTranslation } from '../text/use-translation.tsx';
import { setDark, useDark } from '../theme/appearance.ts';
import { Button } from './button.tsx';

export const Preferences = memo(function Preferences() {
  const { t, i18n } = useTranslation();
  const dark = useDark();
  return (
    <div className="row">
      <Select
        size="small"
        style={{ width: 104 }}
        aria-label={t('language.label')}
        data-testid="language"
        value={i18n.language}
        onChange={(language) => void i18n.changeLanguage(language)}
        options={LANGUAGES.map((language) => ({ value: language, label: <span lang={language}>{LANGUAGE_NAMES[language]}</span> }))}
      />
      <Button
        size="small"
        aria-label={t(dark ? 'theme.light' : 'theme.dark')}
        title={t(dark ? 'theme.light' : 'theme.dark')}
        data-testid="theme-switch"
        icon={dark ? <SunOutlined /> : <MoonOutlined />}
        onClick={() => setDark(!dark)}
      />
    </div>
  );
});
