/** The page at `/`: says what runs here. Static; the console comes as an application of its own. */

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:4rem auto;padding:0 1rem}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{padding:1rem;border:1px solid #8884;border-radius:.5rem;overflow:auto}h1{margin-bottom:0}p.version{opacity:.7;margin-top:0}`;

/** The page. `simulated` says whether the default deployment cell is the simulated one. */
export function statusPage(about: { version: string; simulated: boolean }): string {
  const cell = about.simulated
    ? '<p><strong>The default deployment cell is simulated:</strong> its Kubernetes API and its operators only behave like real ones, so that plans can be tried without a cluster.</p>'
    : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Cellplane</title><style>${STYLE}</style></head>
<body><h1>Cellplane</h1><p class="version">version ${escape(about.version)}</p>
<p>This server turns a Kubernetes operator into a multi-tenant SaaS product: a plan spec goes in, tenants' instances run in deployment cells.</p>
${cell}<ul>
<li><a href="/openapi.json">OpenAPI document</a> of the operations it serves</li>
<li><a href="/readyz">Readiness</a>, <a href="/healthz">liveness</a>, <a href="/metrics">metrics</a></li>
</ul>
<p>From a terminal:</p>
<pre>cellplane login --email provider@example.com
cellplane build -f spec.yaml --name "My Service" --release-as-preferred --spec-type ServicePlanSpec
cellplane instance list</pre>
</body></html>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
