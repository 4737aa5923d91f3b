/** The console begins here. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './query';
import { router } from './router';
import './theme/tokens.css';
import { startTheme } from './theme/theme';

// A new version of Leo has other files: what this page would load is gone, and the new page has it.
window.addEventListener('vite:preloadError', () => location.reload());

startTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
