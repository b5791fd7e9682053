import type { Ground } from './site.ts'

/** Workflow files that the cases need on the default branch. They stay there: a sandbox is for that. */
export const WORKFLOWS: Record<string, string> = {
  'conformance-echo.yml': `name: Conformance echo
run-name: conformance \${{ inputs.mark }}
on:
  workflow_dispatch:
    inputs:
      mark: { description: found again in the title, required: true, type: string }
permissions: {}
jobs:
  echo:
    runs-on: ubuntu-latest
    steps:
      - run: 'echo "::warning file=README.md,line=1,title=conformance::$MARK"'
        env: { MARK: "\${{ inputs.mark }}" }
`,
  'conformance-push.yml': `name: Conformance push
on:
  push:
    branches: ['conformance-push-**']
permissions: {}
jobs:
  pushed:
    runs-on: ubuntu-latest
    steps: [{ run: 'true' }]
`,
  'conformance-pull.yml': `name: Conformance pull
on:
  pull_request:
    branches: ['conformance-base-**']
permissions: {}
jobs:
  built:
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "::notice title=commit::$GITHUB_SHA"' }]
`,
  'conformance-needs.yml': `name: Conformance needs
on:
  pull_request:
    branches: ['conformance-needs-**']
permissions: {}
jobs:
  fails:
    runs-on: ubuntu-latest
    steps: [{ run: 'false' }]
  gate:
    needs: fails
    runs-on: ubuntu-latest
    steps: [{ run: 'true' }]
`,
  'conformance-token.yml': `name: Conformance token
on:
  workflow_dispatch:
    inputs:
      branch: { description: where to commit, required: true, type: string }
permissions: { contents: write }
jobs:
  commit:
    runs-on: ubuntu-latest
    steps:
      - run: |
          printf '{"branch":"%s","message":"conformance: by a job","content":"am9iCg=="}' "$BRANCH" > body.json
          curl --fail-with-body -sS -X PUT -H "authorization: Bearer $TOKEN" --data @body.json \\
            "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/contents/conformance-job.txt"
        env: { BRANCH: "\${{ inputs.branch }}", TOKEN: "\${{ github.token }}" }
`,
  'conformance-called.yml': `name: Conformance called
on: workflow_call
jobs:
  wants:
    permissions: { issues: write }
    runs-on: ubuntu-latest
    steps: [{ run: 'true' }]
`,
  'conformance-caller.yml': `name: Conformance caller
on: workflow_dispatch
permissions: { contents: read }
jobs:
  calls:
    uses: ./.github/workflows/conformance-called.yml
`,
  'conformance-artifact.yml': `name: Conformance artifact
on: workflow_dispatch
permissions: {}
jobs:
  makes:
    runs-on: ubuntu-latest
    steps:
      - run: echo conformance > made.txt
      - uses: actions/upload-artifact@v4
        with: { name: conformance, path: made.txt, retention-days: 1 }
`,
}

/** Puts the files on the default branch, each only when it differs. Needs a person who may change workflows. */
export async function plantWorkflows(ground: Ground): Promise<void> {
  for (const [name, text] of Object.entries(WORKFLOWS)) {
    const path = `./contents/.github/workflows/${name}`
    const there = await ground.owner.ask<{ sha: string; content: string }>('GET', path)
    const known = there.status === 200
    if (known && Buffer.from(there.body.content, 'base64').toString() === text) continue
    await ground.owner.send('PUT', path, {
      message: `conformance: ${name}`,
      content: Buffer.from(text).toString('base64'),
      ...(known ? { sha: there.body.sha } : {}),
    })
  }
}
