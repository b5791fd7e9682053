import type { Distrust } from '../ledger.ts'
import { CONTROLS_PATH, LEDGER_BRANCH, printTaskId, printTaskPath, type TaskId } from '../names.ts'

const WHY: Record<Distrust, string> = {
  missing: 'is gone',
  unreadable: 'cannot be read',
  foreign: 'is not as this app wrote it',
  older: 'is an older version than this app wrote last',
}

/** Why a task goes no further: its approvals and stops cannot be known. */
export function explainRecord(task: TaskId, distrust: Distrust): string {
  return `${printTaskPath(task)} on the branch ${LEDGER_BRANCH} ${WHY[distrust]}, so nothing in it counts`
}

/** Why nothing below an epic starts or lands: whether it was stopped cannot be known. */
export function explainAbove(epic: number, distrust: Distrust): string {
  const path = printTaskPath(printTaskId(epic))
  return `${path} on the branch ${LEDGER_BRANCH} ${WHY[distrust]}; it is the record of its parent #${epic}, so nothing below that starts or lands`
}

/** Why no task starts or lands: a pause cannot be known. */
export function explainControls(distrust: Distrust): string {
  return `${CONTROLS_PATH} on the branch ${LEDGER_BRANCH} ${WHY[distrust]}, so nothing starts or lands in this repository`
}

/** The same of all repositories of the owner. */
export function explainOwner(home: string, distrust: Distrust): string {
  return `${CONTROLS_PATH} on the branch ${LEDGER_BRANCH} of ${home} ${WHY[distrust]}: whether somebody stopped all repositories of this owner cannot be known, so nothing starts or lands`
}

export const MEND_LEDGER = `revert the commit on \`${LEDGER_BRANCH}\` that changed this file; or delete the branch, and every task starts anew from its issue`
