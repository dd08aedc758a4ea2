/** How the plan of a benchmark begins; what follows belongs to its only resource. */
export function planHead(name: string, resource = 'Thing'): string {
  return `
name: ${name}
deployment:
  hostedDeployment:
    awsAccountId: "000000000000"
tenancyType: CUSTOM_TENANCY
services:
  - name: ${resource}
`;
}
