// First, and in a file of its own: what it asks for is on its way while the rest is loaded.
import './app/early/early';
import './app/mantine-styles';
import './app/app.css';
import './app/messages';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { takeWantedLanguage } from './app/languages';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
await takeWantedLanguage();
createRoot(root).render(<App />);
