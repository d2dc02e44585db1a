// Entry of the screen: fonts, texts, the line to the core, then React.
import '@fontsource-variable/noto-sans-sc/wght.css';
import './theme/base.css';
import './theme/shell.css';
import './theme/console.css';
import './theme/forms.css';
import './theme/overview.css';
import './theme/templates.css';
import { notifyManager } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { line } from './bridge/client.ts';
import { inNextFrame } from './bridge/frames.ts';
import { startText } from './text/index.ts';
import { TranslationProvider } from './text/use-translation.tsx';

startText({ store: localStorage, root: document.documentElement });
notifyManager.setScheduler(inNextFrame);
void line.run();

const root = document.getElementById('root');
if (root === null) throw new Error('no #root in the page');
createRoot(root).render(
  <StrictMode>
    <TranslationProvider>
      <App />
    </TranslationProvider>
  </StrictMode>,
);
