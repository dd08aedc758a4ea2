/** A text as a QR code, drawn here: no other server sees it. */
import { Box } from '@mantine/core';
import { encode } from 'uqr';

interface Props {
  text: string;
  /** What it is, for people who do not see it. */
  label: string;
  size?: number;
}

/** Quiet modules around the code, which readers need. */
const BORDER = 3;

export function QrCode({ text, label, size = 208 }: Props) {
  const { data, size: modules } = encode(text, { border: BORDER, ecc: 'M' });
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    // Dark on light in both colour schemes: many readers know nothing else.
    <Box component="svg" role="img" aria-label={label} w={size} h={size} viewBox={`0 0 ${modules} ${modules}`} bg="white" bdrs="sm">
      <path d={path} fill="black" shapeRendering="crispEdges" />
    </Box>
  );
}
