// The look: antd's tokens for the light and the dark hall, chosen for WCAG AA contrast.
import { type ThemeConfig, theme } from 'antd';

const FONT = "'Noto Sans SC Variable', 'Microsoft YaHei UI', 'PingFang SC', system-ui, sans-serif";

const shared = {
  // The compact algorithm takes two off: 14 px on the screen.
  fontSize: 16,
  sizeUnit: 4,
  sizeStep: 4,
  borderRadius: 4,
  borderRadiusLG: 4,
  borderRadiusSM: 4,
  fontFamily: FONT,
  wireframe: false,
  boxShadow: 'none',
  boxShadowTertiary: 'none',
} as const;

/** The class that antd's styles are scoped to. */
export const STYLE_SCOPE = 'countertop';

/** Returns antd's theme; `still` where the machine asks for reduced motion. */
export function themeOf(options: { readonly dark: boolean; readonly still: boolean }): ThemeConfig {
  const { dark, still } = options;
  return {
    cssVar: { key: STYLE_SCOPE },
    hashed: false,
    algorithm: dark ? [theme.darkAlgorithm, theme.compactAlgorithm] : [theme.defaultAlgorithm, theme.compactAlgorithm],
    token: {
      ...shared,
      motion: !still,
      colorPrimary: dark ? '#6aa9f5' : '#0b57b7',
      colorLink: dark ? '#7db3f2' : '#0b57b7',
      colorTextPlaceholder: dark ? '#a0a6b0' : '#646a73',
      colorTextSecondary: dark ? '#c3c8d0' : '#4a5058',
      colorTextTertiary: dark ? '#a9afb9' : '#5c626b',
      colorTextDescription: dark ? '#a9afb9' : '#5c626b',
      colorTextQuaternary: dark ? '#a0a6b0' : '#646a73',
      colorSuccess: dark ? '#5bb974' : '#1e7e34',
      colorWarning: dark ? '#e0a23c' : '#9a5b00',
      colorError: dark ? '#f0807d' : '#b42318',
      colorBgLayout: dark ? '#14161a' : '#f3f4f6',
      controlOutlineWidth: 3,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', ...(dark ? { primaryColor: '#0b1320' } : {}) },
      Table: { cellPaddingBlockSM: 5, headerBorderRadius: 0 },
      Steps: { descriptionMaxWidth: 200 },
      Descriptions: { itemPaddingBottom: 4 },
    },
  };
}
