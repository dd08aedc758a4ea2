/** Sign-in by e-mail and password, with a second step where the person has a second factor. */
import { Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { ResponseError } from '@cellplane/api/client';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Failure } from '../../kit/failure';
import { client, session } from '../client';

export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string>();
  const signIn = useMutation({
    mutationFn: async () => {
      const { refreshToken } = await client.signin({ body: { email, password, ...(code === undefined ? {} : { code: code.trim() }) } });
      await session.begin(refreshToken);
    },
    onSuccess: () => navigate({ href: placeAfter(to) }),
    onError: (error) => {
      if (needsCode(error)) setCode((present) => present ?? '');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  const asksCode = code !== undefined;
  const failure = signIn.isError && !(needsCode(signIn.error) && code === '') ? signIn.error : undefined;
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper component="form" onSubmit={submit} withBorder p="lg" w="100%" maw={380} aria-labelledby="sign-in">
        <Stack gap="md">
          <div>
            <Title order={1} size="h2" id="sign-in">
              Sign in
            </Title>
            <Text size="sm" c="dimmed">
              {asksCode ? 'Your password is right. Now the code of your authenticator, or a recovery code.' : 'To Cellplane'}
            </Text>
          </div>
          {failure !== undefined && <Failure title="You are not signed in" error={failure} />}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            readOnly={asksCode}
            autoFocus
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            readOnly={asksCode}
          />
          {asksCode && (
            <TextInput
              label="Code"
              autoComplete="one-time-code"
              required
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              autoFocus
            />
          )}
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}

function needsCode(error: unknown): boolean {
  return error instanceof ResponseError && error.body.secondFactor !== undefined;
}

/** Where a sign-in leads: to a page of this application, whatever the address says. */
export function placeAfter(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) ? to : '/';
}
