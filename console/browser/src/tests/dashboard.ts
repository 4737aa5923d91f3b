/** The list of sessions: what is found in it, and what it does with one of them. */
import assert from 'node:assert/strict';
import { scenario } from '../harness/scenario.js';
import { until } from '../harness/wait.js';
import { script } from '../views/script.js';
import { newSession, reached } from '../views/work.js';
import type { Page } from 'playwright-core';

/** The titles in the list. */
function titles(page: Page): Promise<string[]> {
  return page.getByRole('main').getByRole('listitem').getByRole('link').allTextContents();
}

const shows = (page: Page, wanted: readonly string[]): Promise<string[]> =>
  until(
    `sessions ${wanted.join(', ')}`,
    () => titles(page),
    (seen) => [...seen].sort().join() === [...wanted].sort().join(),
  );

scenario('sessions are searched and filtered, and the address keeps it', async (scene) => {
  const user = await scene.user();
  const good = await newSession(user, 'lines 1; write a.txt x', 'Apple');
  const bad = await newSession(user, 'exit 3', 'Pear');
  await newSession(user, 'lines 2; write a.txt x', 'Pineapple');
  await reached(user, good.jobId, 'completed');
  await reached(user, bad.jobId, 'failed');
  const page = await user.open('/');
  await shows(page, ['Apple', 'Pear', 'Pineapple']);
  await page.getByRole('searchbox').fill('apple');
  await shows(page, ['Apple', 'Pineapple']);
  await until(
    'the search in the address',
    () => page.url(),
    (url) => url.includes('q=apple'),
  );
  await page.reload();
  await shows(page, ['Apple', 'Pineapple']);
  await page.goto('/?status=failed');
  await shows(page, ['Pear']);
  await page.getByLabel('Status of the last job').selectOption('');
  await shows(page, ['Apple', 'Pear', 'Pineapple']);
  await page.goto('/?q=nothing-is-called-that');
  await page.getByText('No session is like that').waitFor();
});

scenario('a session is renamed and deleted', async (scene) => {
  const user = await scene.user();
  await newSession(user, 'lines 1', 'Before');
  const page = await user.open('/');
  await page.getByRole('button', { name: 'Rename Before' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('After');
  await dialog.getByRole('textbox').press('Enter');
  await shows(page, ['After']);
  await page.getByRole('button', { name: 'Delete After' }).click();
  await dialog.getByRole('button', { name: 'Delete it' }).click();
  await page.getByText('No sessions yet').waitFor();
  const { items } = await user.get<{ items: unknown[] }>('/api/sessions');
  assert.equal(items.length, 0);
});

scenario('a session that ends elsewhere is shown as ended', async (scene) => {
  const user = await scene.user();
  const gate = scene.stack.gate();
  const { jobId } = await newSession(user, script(gate.command, 'write a.txt x'), 'Watched');
  const page = await user.open('/');
  await reached(user, jobId, 'generating');
  await page.getByRole('listitem').getByText('generating').waitFor();
  gate.open();
  await page.getByRole('listitem').getByText('completed').waitFor();
});
