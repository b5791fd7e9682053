import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { backlogSchema } from '../core/backlog/contract.ts'
import { configSchema } from '../core/config/config.ts'
import { taskRecord } from '../core/ledger.ts'
import { reportSchema } from '../core/contract/report.ts'
import { sealed } from '../core/contract/sealed.ts'
import { ticketSchema } from '../core/contract/ticket.ts'
import { fillTables, TABLES } from './tables.ts'

/** The contracts that others may read or write: editors, other languages. Keys are file names in this folder. */
const CONTRACTS = {
  'config.json': { title: 'Chorus: .github/chorus.yml', schema: configSchema },
  'backlog.json': { title: 'Chorus: specs/<feature>/BACKLOG.yaml', schema: backlogSchema },
  'ticket.json': { title: 'Chorus: ticket (app → runner)', schema: ticketSchema },
  'report.json': { title: 'Chorus: report (runner → app)', schema: reportSchema },
  'task-record.json': { title: 'Chorus: task record on the ledger', schema: sealed(taskRecord) },
} as const

/** File name → text, as they must be on disk. */
export function printSchemas(): Map<string, string> {
  return new Map(
    Object.entries(CONTRACTS).map(([name, { title, schema }]) => {
      // `input`: what somebody may write, where defaults make keys optional.
      const printed = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' })
      return [name, `${JSON.stringify({ ...printed, title }, null, 2)}\n`]
    }),
  )
}

if (import.meta.main) {
  for (const [name, text] of printSchemas()) writeFileSync(new URL(name, import.meta.url), text)
  for (const page of Object.keys(TABLES)) {
    const file = new URL(`../${page}`, import.meta.url)
    writeFileSync(file, fillTables(page, readFileSync(file, 'utf8')))
  }
}
