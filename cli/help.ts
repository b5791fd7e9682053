/** The texts of `--help`: what a command does, what it needs, an example one can copy. */

export const COMMANDS = [
  'demo',
  'local',
  'status',
  'usage',
  'metrics',
  'dry-run',
  'validate',
  'doctor',
  'map',
  'import',
  'export',
  'simulate',
] as const
export type CommandName = (typeof COMMANDS)[number]

export const OVERVIEW = `chorus: label an issue, and an AI coding agent delivers a tested pull request.

Usage
  chorus COMMAND [OPTIONS]
  chorus --version

To try it out, without an account and without network
  demo         watch three issues become merged pull requests on a GitHub of their own

To try an agent without GitHub; it needs its key and its model service, with --command neither
  local        one issue of your own repository, on this machine only

To look after a repository on GitHub
  validate     check .github/chorus.yml, a BACKLOG.yaml or a prompt, with line numbers
  doctor       everything that has to be right around a repository, and how to put it right
  status       every task, and the one line that says why it is not further
  usage        what attempts have used, by agent, model, type, day or epic, and what was saved
  metrics      how attempts went: first-attempt success, contexts, cost by phase, tokens for each success
  dry-run      what the app would do next; does nothing
  map          what planners are told of a repository: layout, commands, modules with what they export
  import       tasks of Beads, task-master or spec-kit become issues
  export       the issues as a Beads file, or back into the file they came from

To choose settings
  simulate     what a merge policy would make of your arrivals, CI and runners

Options of every command
  --json       one JSON document on standard output, nothing else
  --help       what the command does, with examples

Exit codes
  0  all is well
  1  something was found, or it failed
  2  called wrongly, or settings are missing

The app itself is started by "npm start".
`

const SETTINGS = `Settings (environment, or a file .env in the working directory)
  APP_ID                          number of the GitHub App
  PRIVATE_KEY, PRIVATE_KEY_PATH   its private key, or the file with it
  FORMER_PRIVATE_KEY, …_PATH      the key before that one, if there was one lately
  GHE_HOST, GHE_PROTOCOL          for an Enterprise Server, or the twin
`

export const HELP: Readonly<Record<CommandName, string>> = {
  demo: `chorus demo: three issues become merged pull requests, on real git and real processes.

Starts a GitHub on the loopback interface and the app beside it, opens three issues of which one waits for the other two, \
and tells what happens: claim, run, checks, repair, pull request, CI, gate, merge. One pull request is held by the size gate until \
a person approves; the demo plays that person and says so. The agent is a script, so it costs nothing.

  chorus demo
  chorus demo --json      the story as one JSON document
  chorus demo --keep      leaves it open at the end, for a look around, until Ctrl-C
`,
  local: `chorus local: one issue of your own repository, done on this machine.

  chorus local --repo DIR --issue FILE --agent NAME [--model NAME | --command '…']

  --repo DIR       your checkout; it is cloned, never touched, and your remotes are not used
  --issue FILE     Markdown; the first line is the title
  --agent NAME     claude, codex, gemini, opencode, qwen, or any name together with --command
  --model NAME     as the program spells it
  --command '…'    a shell command that does the work; the prompt is in the file named by $CHORUS_PROMPT

Keys come from the environment and go to a gateway on this machine; the agent gets a throw-away key. A program that is not on \
PATH is installed from npm, once.

  codex     OPENAI_API_KEY      OPENAI_BASE_URL
  claude    ANTHROPIC_API_KEY   ANTHROPIC_BASE_URL
  gemini    GEMINI_API_KEY      GOOGLE_GEMINI_BASE_URL
  opencode  OPENCODE_API_KEY    OPENCODE_BASE_URL
  qwen      QWEN_API_KEY        QWEN_BASE_URL

The result is a branch that you may fetch; the command to do so is printed at the end.

  chorus local --repo . --issue todo.md --agent codex
  chorus local --repo . --issue todo.md --agent mine --command 'my-agent < "$CHORUS_PROMPT"'
`,
  status: `chorus status: every task of a repository, and the one line that says why it is not further. Writes nothing.

  chorus status --repo OWNER/NAME [--json]

${SETTINGS}`,
  usage: `chorus usage: what attempts have used: tokens, money, time. Writes nothing.

  chorus usage --repo OWNER/NAME [--by agent|model|type|day|epic|kind] [--since YYYY-MM-DD] [--log] [--json]

  --by       sums by what; agent when absent
  --since    only attempts that began on that day (UTC) or later
  --log      a line each instead: timestamp|agent|model|task_id|tokens_in|tokens_out|duration_sec

With "budgets.compare_with" in .github/chorus.yml it also shows what was saved against doing all of it with that one model.

  chorus usage --repo acme/shop --by day --since 2026-11-01

${SETTINGS}`,
  metrics: `chorus metrics: how attempts went, with how much context and at what cost. Writes nothing.

  chorus metrics --repo OWNER/NAME [--by agent|model|type|day|epic|kind] [--since YYYY-MM-DD] [--json]

  --by       a column for each of what; agent when absent
  --since    only attempts that began on that day (UTC) or later

Tasks that landed, by the first attempt or after more, how many were begun anew from the base or thought over by an agent before; tokens and cost of each that \
landed, with planning and reviews; cost, what agents were told and their first request to a model by phase; planning text in what \
workers were told and old sessions used again, both of which should be 0. What nobody measured is "unknown", in JSON null.

A task counts as begun where its first attempt is, and as landed where the attempt is that landed. With "budgets.compare_with" in \
.github/chorus.yml it also shows what was saved against doing all of it with that one model.

  chorus metrics --repo acme/shop --by epic

${SETTINGS}`,
  'dry-run': `chorus dry-run: what the next pass of the app would do, from the very same plan. Does nothing.

  chorus dry-run --repo OWNER/NAME [--json]

A line for each thing that would be done, in this order. What follows from the first of them is not foreseen.

${SETTINGS}`,
  validate: `chorus validate: checks a configuration, the backlog of a feature, or your own words for agents, as strictly as they will be.

  chorus validate [FILE]      (default: .github/chorus.yml)
  chorus validate specs/dark-mode/BACKLOG.yaml
  chorus validate .github/chorus/prompts/plan-spec.md

Prints FILE:LINE:COLUMN, the key, what was found and what is allowed; unknown keys with the nearest known name. Of a backlog also: \
unknown and duplicate ids, cycles with their path, tasks that could never begin, tasks that are too large or too long for an agent’s \
context, and tasks that may change the same files without an order. Of a prompt: places between braces that are missing or unknown, and \
whether it was written after an older version of ours.
Exit code 1 when there are problems, so that CI can run it, once the package is on npm (docs/installing.md, "Release"):

  - run: npx chorus-app validate
`,
  simulate: `chorus simulate merge: what a policy would make of such arrivals, by Chorus’s own merge planner.

  chorus simulate merge [--policy NAMES] [--arrivals HOW] [--ci MINUTES]
                        [--own-ci] [--runners N] [--flake PERCENT]
                        [--bad PERCENT] [--hidden PERCENT] [--reds N]
                        [--hours N] [--seeds N] [--svg FILE] [--json]

  --policy NAMES     serial, bors, zuul, prefix, train, exact, lanes, oracle; several with commas (train,lanes,oracle)
  --arrivals HOW     30/h (so many an hour), burst:100 (all at once), or a file with a line {"at": minutes, "touches": ["path", …]} for each pull request
  --ci MINUTES       median of one run of CI (10)
  --own-ci           each arrives when CI of its own has passed: none is red alone, waits count from then, and it is asked again only where its word no longer holds
  --runners N        runs at the same time (20)
  --hidden PERCENT   pairs that share nothing and break together all the same (0.02)
  --reds N           merge.reds: with more red landings in a day lanes are closed (5)
  --flake PERCENT    good runs that are red all the same (1)
  --bad PERCENT      pull requests that are red alone (5)
  --hours N          for how long they arrive (24)
  --seeds N          means over so many (3)
  --svg FILE         a picture of queue and waits, of the first seed

\`train\` is what Chorus does where the branch asks for up-to-date branches, \`lanes\` what it does with \`merge.strategy: lanes\`. \`oracle\` knows what will be red, has every free runner \
judge all that wait, and takes the first to end (with \`--own-ci\` each lands as it arrives): in the mean of seeds none of the others is faster. \`zuul\` plans as Zuul does, all others by Chorus’s own planner. Waits are of those that landed: look at \`still waiting\` beside them.

  chorus simulate merge --policy serial,train --arrivals 4/h --ci 20
  chorus simulate merge --arrivals burst:100 --runners 5 --svg burst.svg

docs/landing.md says how a repository’s own pull requests become such a file.
`,
  doctor: `chorus doctor: looks at everything that has to be right around a repository, and says how to put it right.

  chorus doctor --repo OWNER/NAME [--json]

Permissions and events as granted, configuration, caller workflow, secrets, whether refs can be made, whether the gate is required \
and pinned to this app, how pull requests land under the rules in force, orphan branches and claims. What cannot be proven \
from here is said to be unproven. It makes one ref below refs/chorus/doctor/ and deletes it at once; nothing else is written.

Exit code 1 when something is bad.

${SETTINGS}`,
  map: `chorus map: what planners are told of a repository, in less than 50 KB whatever its size. Reads the last commit, writes nothing in it.

  chorus map [--repo DIR] [--json]      (default: the working directory)

Layout, commands that build and test, conventions, and modules with what they export, those that most files depend on first. Maps are \
kept by tree below $XDG_CACHE_HOME/chorus/maps: an unchanged tree is not read again.
`,
  import: `chorus import: tasks of another tool become issues with sub-issues and "blocked by" links.

  chorus import FILE --dry-run [--repo OWNER/NAME] [--tag NAME] [--json]
  chorus import FILE --repo OWNER/NAME [--tag NAME] [--json]

  FILE          .beads/issues.jsonl (all dialects), task-master's tasks.json, or spec-kit's tasks.md
  --dry-run     what would become an issue, and everything that is mapped or left out; without --repo it needs no network
  --tag NAME    of a tasks.json with several tags (default: master)

Only open work becomes issues; nothing is started, as no agent label is set. Each issue carries a hidden mark, so the command can \
be stopped and started again: it goes on where it was, at the pace that GitHub allows for content. FILE is never changed.

  chorus import .beads/issues.jsonl --dry-run
  chorus import .beads/issues.jsonl --repo acme/shop

${SETTINGS}`,
  export: `chorus export: the issues of a repository as a Beads file, or their states back into the file they came from.

  chorus export --repo OWNER/NAME [--base FILE] [--out FILE] [--tag NAME] [--json]

  --base FILE   what to start from (default: .beads/issues.jsonl on the default branch, if there is one). Lines of which no issue knows stay byte for byte, others change only where the issue differs. A tasks.json or tasks.md gets its states
  --out FILE    where to write (default: standard output)

  chorus export --repo acme/shop --base .beads/issues.jsonl --out .beads/issues.jsonl

${SETTINGS}`,
}
