import { DOCUMENTS } from '../../../core/planning/document.ts'
import type { CliName } from '../../../scripts/tools/pins.ts'
import type { ModelServer } from '../../../twin/models/server.ts'
import { baseUrlOf, MODELS } from '../../edges/agents/given.ts'

/** The feature of the story with all programs: who does what in it, and what their models are told to do. */

/** Long enough to be counted as planning text where it turns up. */
export const PLANNED = 'Words that only planners say to each other, and nobody who does a task may read.'

/** The five programs, and one of them under another name with another model. */
export const DOERS = {
  codex: { cli: 'codex', model: MODELS.codex },
  claude: { cli: 'claude', model: MODELS.claude },
  opencode: { cli: 'opencode', model: MODELS.opencode },
  gemini: { cli: 'gemini', model: MODELS.gemini },
  qwen: { cli: 'qwen', model: MODELS.qwen },
  haiku: { cli: 'claude', model: 'claude-haiku-5' },
} as const satisfies Record<string, { cli: CliName; model: string }>
export type DoerName = keyof typeof DOERS

/** They plan, review and think over, each with a model whose plan the server has: in their prompts there is none. */
export const HELPERS = {
  planner: 'claude-planner',
  critic: 'claude-critic',
  thinker: 'claude-thinker',
} as const

export function writeConfig(server: ModelServer): string {
  const agents = { ...DOERS, ...mapHelpers() }
  const lines = Object.entries(agents).map(
    ([name, { cli, model }]) =>
      `  ${name}: { cli: ${cli}, model: ${model}, base_url: "${baseUrlOf(server, cli)}" }`,
  )
  return [
    'agents:',
    ...lines,
    'default_agent: claude',
    'checks: [{ name: tests, run: node --test, minutes: 2 }]',
    'limits: { loops: 1, parallel: 4 }',
    'review: { enabled: true, agents: [critic] }',
    'rebase: { after: 2, agent: thinker }',
    '',
  ].join('\n')
}

function mapHelpers(): Record<string, { cli: CliName; model: string }> {
  return Object.fromEntries(
    Object.entries(HELPERS).map(([name, model]) => [name, { cli: 'claude' as const, model }]),
  )
}

export type FeatureTask = { id: string; agent: DoerName; waits: readonly string[]; plan: readonly string[] }

const write = (id: string, word = id) => [
  `run echo "export const ${id} = '${word}'" > src/${id}.js`,
  `say feat: add ${id}`,
]

/** What a task's own words are, for whoever looks for them elsewhere. */
export const wordsOf = (id: string): string =>
  `This is about ${id} and only whoever adds ${id} has to know of it.`

export const HINDSIGHT = 'A test that fails is no part of this task.'

/** Four begin side by side; one fails twice and is thought over; the last goes on with two of them and is sent back once. */
export const TASKS: readonly FeatureTask[] = [
  { id: 'words', agent: 'codex', waits: [], plan: write('words') },
  { id: 'tone', agent: 'opencode', waits: [], plan: write('tone') },
  { id: 'voice', agent: 'gemini', waits: [], plan: write('voice') },
  { id: 'song', agent: 'qwen', waits: [], plan: write('song') },
  {
    id: 'name',
    agent: 'claude',
    waits: [],
    plan: [
      `when prompt contains "${HINDSIGHT}":`,
      ...write('name'),
      'otherwise:',
      'run echo "throw new Error()" > src/name.test.js',
      'say feat: first draft of the name',
    ],
  },
  {
    id: 'poem',
    agent: 'haiku',
    waits: ['words', 'name'],
    plan: [
      'when prompt contains "A reviewer of the change asks":',
      ...write('poem', 'violets'),
      'otherwise:',
      ...write('poem', 'roses'),
    ],
  },
]

/** What the models of those do that are told no plan by a task. */
export function writePlans(feature: string): Record<string, string> {
  return {
    [HELPERS.planner]: [
      'when prompt contains "You are the specification planner":',
      ...leave('SPEC.md', document('spec')),
      'when prompt contains "You are the architecture planner":',
      ...leave('ARCHITECTURE.md', document('architecture')),
      'when prompt contains "You are the test planner":',
      ...leave('QA.md', document('qa')),
      'otherwise:',
      ...leave('PLAN.md', document('synthesis')),
      ...leave('BACKLOG.yaml', writeBacklog(feature)),
    ].join('\n'),
    [HELPERS.critic]: [
      'when prompt contains "roses":',
      ...leave(
        'verdict.json',
        JSON.stringify({
          verdict: 'changes',
          summary: 'Roses are for another poem.',
          findings: [{ path: 'src/poem.js', line: 1, body: 'Say violets.' }],
        }),
      ),
      'otherwise:',
      ...leave('verdict.json', JSON.stringify({ verdict: 'approve', summary: 'All is well.' })),
    ].join('\n'),
    [HELPERS.thinker]: leave(
      'rebase.json',
      JSON.stringify({
        notes: [HINDSIGHT],
        acceptance: ['the tests pass with it'],
        tried: ['tried to begin with a test that fails; the checks refuse it'],
      }),
    ).join('\n'),
  }
}

function leave(file: string, text: string): string[] {
  return [
    `run cat > "$CHORUS_OUT/${file}" <<'END_OF_FILE'`,
    ...text.split('\n').map(line => `  ${line}`),
    '  END_OF_FILE',
  ]
}

function document(role: keyof typeof DOCUMENTS): string {
  const sections = DOCUMENTS[role].outline.map(heading => `## ${heading}\n\n${PLANNED}\n`)
  return [`# ${role}`, '', ...sections].join('\n')
}

function writeBacklog(feature: string): string {
  const tasks = TASKS.flatMap(({ id, agent, waits, plan }) => [
    `  - id: ${id}`,
    `    title: Add ${id}`,
    '    type: feat',
    '    goal: |',
    `      ${wordsOf(id)}`,
    '',
    '      ~~~model-plan',
    ...plan.map(line => `      ${line}`),
    '      ~~~',
    `    acceptance: ["${id} is there"]`,
    `    scope: ["src/${id}.js", "src/${id}.test.js"]`,
    '    size: S',
    `    agent: ${agent}`,
    `    depends_on: [${waits.join(', ')}]`,
  ])
  const head = [
    'version: 1',
    `feature: ${feature}`,
    'title: Greet in many ways',
    `goal: ${PLANNED}`,
    'tasks:',
  ]
  return [...head, ...tasks].join('\n')
}

/** The text in a request's body that has our prompt in it, with whatever the program put around it. Throws when there is none. */
export function promptIn(body: string, begin: string): string {
  const found: string[] = []
  JSON.parse(body, (_, value) => {
    if (typeof value === 'string' && value.includes(begin)) found.push(value)
    return value
  })
  if (found.length === 0) throw new Error(`no text with "${begin}" in the request`)
  return found.join('')
}
