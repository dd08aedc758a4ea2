import { Anchor, Container, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';

export function NotFoundPage() {
  return (
    <Container size="sm" py="xl">
      <Title order={2}>There is no page at this address</Title>
      <Text mt="sm">
        The address may have been cut, or what it showed was deleted.{' '}
        <Anchor renderRoot={(props) => <Link to="/" {...props} />}>Your instances</Anchor> are there.
      </Text>
    </Container>
  );
}
