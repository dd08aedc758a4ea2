/** The application: theme, queries, routes. */
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { brand } from './brand';
import { session } from './client';
import { queries } from './queries';
import { router } from './router';
import { theme, tokensAsVariables } from './theme';

// Nothing of one person is shown to the next.
session.subscribe((event) => {
  if (event === 'signed-out') queries.clear();
  // What was asked meanwhile may have been refused.
  if (event === 'restored') void queries.invalidateQueries();
  if (event === 'another') window.location.replace('/');
});

const variables = tokensAsVariables(brand.accent);

export function App() {
  return (
    <DirectionProvider detectDirection>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}
