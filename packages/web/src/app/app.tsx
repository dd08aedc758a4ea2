/** The application: theme, queries, routes. */
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { session } from './client';
import { queries } from './queries';
import { router } from './router';
import { theme } from './theme';

// Nothing of one person is shown to the next.
session.subscribe((signedIn) => signedIn || queries.clear());

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
