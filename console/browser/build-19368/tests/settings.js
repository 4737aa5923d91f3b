/** An account's own things: keys for programs, and a provider of models. */
import assert from 'node:assert/strict';
import { FakeProvider, KEY, MODEL } from '../harness/model.js';
import { scenario } from '../harness/scenario.js';
import { until } from '../harness/wait.js';
scenario('a key is made, used and revoked', async (scene) => {
    const user = await scene.user();
    const page = await user.open('/settings/keys');
    await page.getByText('No keys yet').waitFor();
    const form = page.getByRole('form', { name: 'New key' });
    await form.getByLabel('Name').fill('nightly');
    await form.getByLabel('Read', { exact: true }).check();
    await form.getByRole('button', { name: 'Make a key' }).click();
    const key = (await page.getByRole('group', { name: 'The key' }).getByRole('code').textContent()) ?? '';
    assert.match(key, /^leo_key_[0-9A-Za-z]{40}$/);
    const status = async (path, init = {}) => {
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
        return (await fetch(scene.stack.url + path, { ...init, headers })).status;
    };
    assert.equal(await status('/api/sessions'), 200);
    assert.equal(await status('/api/sessions', { method: 'POST', body: '{}' }), 403);
    await page.getByRole('button', { name: 'I have it' }).click();
    assert.equal(await page.getByText(key).count(), 0);
    const row = page.getByRole('listitem').filter({ hasText: 'nightly' });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke it' }).click();
    await row.waitFor({ state: 'detached' });
    await until('a refusal', () => status('/api/sessions'), (code) => code === 401);
});
scenario('a provider is tested step by step, stored, and its key never shown', async (scene) => {
    const user = await scene.user();
    const provider = await FakeProvider.start();
    try {
        const page = await user.open('/settings/provider');
        await page.getByLabel('Provider', { exact: true }).selectOption('openai');
        await page.getByLabel('Base URL').fill(provider.url);
        await page.getByLabel('Model', { exact: true }).fill(MODEL);
        await page.getByLabel('API key', { exact: true }).fill('sk-another-one');
        const steps = page.getByRole('list', { name: 'Steps of the test' });
        await page.getByRole('button', { name: 'Test it' }).click();
        await steps.getByText('Reachable: failed').waitFor();
        await page.getByText(/Jobs cannot use it/).waitFor();
        await page.getByLabel('API key', { exact: true }).fill(KEY);
        await page.getByRole('button', { name: 'Test it' }).click();
        for (const step of [
            'Reachable: passed',
            'Model listed: passed',
            'Streams: passed',
            'Usage: passed',
        ]) {
            await steps.getByText(step).waitFor();
        }
        // It never writes a file, so jobs cannot use it.
        await steps.getByText('Format: failed').waitFor();
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByText('Saved.').waitFor();
        await page.reload();
        await until('the address', () => page.getByLabel('Base URL').inputValue(), (url) => url === provider.url);
        assert.equal(await page.getByLabel('API key', { exact: true }).inputValue(), '');
        assert.ok(!(await page.content()).includes(KEY));
        await page.getByLabel('Provider', { exact: true }).selectOption('');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByText('Saved.').waitFor();
        const stored = await user.get('/api/settings/provider');
        assert.equal(stored.hasKey, false);
    }
    finally {
        await provider.end();
    }
});
