import { LEDGER_BRANCH } from '../names.ts'
import { explainControls, explainRecord, MEND_LEDGER } from '../words/ledger.ts'
import type { World } from '../world.ts'
import { bad, type Finding, ok } from './finding.ts'

/** Files on the ledger that are not as this app wrote them hold their tasks, or everything. */
export function checkLedger({ ledger }: World): Finding[] {
  const what = `the branch ${LEDGER_BRANCH}`
  const { controls, records } = ledger.broken
  const broken = [...records].map(([task, why]) => explainRecord(task, why))
  const all = controls === null ? broken : [explainControls(controls), ...broken]
  if (all.length === 0) return [ok(what, 'every record that is in use carries this app’s seal')]
  return all.map(why => bad(what, why, MEND_LEDGER))
}
