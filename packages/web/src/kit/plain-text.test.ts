import { expect, it } from 'vitest';
import { plainText } from './plain-text';

it.each([
  ['One sentence.', 'One sentence.'],
  ['a < b and c > d', 'a < b and c > d'],
  ['<p>First</p><p>Second &amp; last</p>', 'First\nSecond & last'],
  ['<ul><li>One</li><li><b>Two</b></li></ul>', '• One\n• Two'],
  ['Before<script>alert(1)</script> after', 'Before after'],
  ['<img src=x onerror=alert(1)>Shown', 'Shown'],
])('%s reads %s', (html, text) => expect(plainText(html)).toBe(text));
