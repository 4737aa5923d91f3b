// Made by `make console-api` from the server's OpenAPI document. Not to be edited.

export interface paths {
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sign-ins, keys, limits and what operators have done, the latest first. */
        get: operations["getAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sends the browser to GitHub. */
        get: operations["getAuthGithub"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/github/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where GitHub sends the browser back to. */
        get: operations["getAuthGithubCallback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in. Whether there is an account with this address is not told. */
        post: operations["postAuthLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs this browser out, if it is signed in. */
        post: operations["postAuthLogout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The account behind the credential. */
        get: operations["getAuthMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** By what people sign in here. */
        get: operations["getAuthMethods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes the account's password, and signs all its other browsers out. */
        post: operations["postAuthPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes an account and signs it in. The first account of an installation can always be made, and is
         *     an operator's.
         */
        post: operations["postAuthRegister"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A ticket that opens one WebSocket, as `/ws?ticket=`, within 15 s. The socket may do what the
         *     credential of this request may do, and ends with it.
         */
        post: operations["postAuthTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/fleet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workers, what each runs, and what waits. */
        get: operations["getFleet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/fleet/{worker}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a worker finish what it runs and claim nothing more. */
        post: operations["postFleetWorkerDrain"];
        /** Lets a draining worker claim again. */
        delete: operations["deleteFleetWorkerDrain"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The jobs of the account, the youngest first. */
        get: operations["getJobs"];
        put?: never;
        /** Submits a job in a new session. */
        post: operations["postJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job; while it is queued, with its place in the queue and why it waits. */
        get: operations["getJobsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks for a job's end. A queued job ends at once, a running one when its container has stopped. */
        post: operations["postJobsIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/deploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks the deploy hooks to deploy a job's result: the account's webhooks with the event `deploy.requested`, or else
         *     the installation's hook. What they say comes as `deploy_answered` in the session's stream.
         */
        post: operations["postJobsIdDeploy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What has changed between two versions of a session's app. As a patch it is for `git apply`; what it cannot
         *     hold, its first lines name.
         */
        get: operations["getJobsIdDiff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The app as a zip, its files at the top; of a job that failed, as far as it came. */
        get: operations["getJobsIdDownload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files that a job has left, complete or (`partial`) as far as it came. */
        get: operations["getJobsIdFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/files/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file, or one range of it. Only images, fonts, media and plain text are shown by a browser. */
        get: operations["getJobsIdFilesPath"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/fork": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a session that begins with what a job has left. It has the files for itself, and a job of its own
         *     (`currentJob`) that stands for the other: the session that it comes from may be deleted.
         */
        post: operations["postJobsIdFork"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes an address at which the app's zip can be downloaded without a credential, until its time is over,
         *     the session is deleted or the account closed. Where results are kept in S3 it leads there, and only its
         *     time and the session's end it.
         */
        post: operations["postJobsIdLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole log of a job so far, or with `search` which of its lines hold a text. */
        get: operations["getJobsIdLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/push": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pushes a job's files to GitHub, again or for the first time; what comes of it is told by an
         *     `artifact_published` event of the session.
         */
        post: operations["postJobsIdPush"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes what a job has left the session's current version, also where the job ended before its app was
         *     complete: the next prompt goes on from it. A job that runs meanwhile keeps what it began with, and its
         *     result is current when it completes.
         */
        post: operations["postJobsIdRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a new job that asks for the same as one that has ended, in the same session. */
        post: operations["postJobsIdRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The account's keys that are not revoked, the youngest first. */
        get: operations["getKeys"];
        put?: never;
        /** Makes an API key. The answer is the only one that holds it. */
        post: operations["postKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a key: from now on it opens nothing, and connections that stand on it end. */
        delete: operations["deleteKeysId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/links/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The zip that a link leads to; its name is as in the link, whatever is asked for. */
        get: operations["getLinksName"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/providers/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tests a model provider, as the body says or as it is set: step by step whether jobs can use it, and what
         *     to change where they cannot. With `Accept: text/event-stream` each step comes when it is done.
         */
        post: operations["postProvidersTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quotas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The limits of the account, and its usage. */
        get: operations["getQuotas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runner/{id}/artifact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Announces the workspace; the answer says how to upload it. */
        post: operations["postRunnerIdArtifact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runner/{id}/input": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The job and the settings of its generator. */
        get: operations["getRunnerIdInput"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runner/{id}/input/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files that the workspace begins with: `app` and `.leo`, as `tar.gz`. */
        get: operations["getRunnerIdInputFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runner/{id}/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Uploads what was announced, where the ticket names this address. */
        put: operations["putRunnerIdUpload"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sessions of the account, the latest first. */
        get: operations["getSessions"];
        put?: never;
        /** Makes an empty session. */
        post: operations["postSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One session. */
        get: operations["getSessionsId"];
        put?: never;
        post?: never;
        /** Deletes a session and cancels its jobs. */
        delete: operations["deleteSessionsId"];
        options?: never;
        head?: never;
        /** Renames a session; its stream tells of it. */
        patch: operations["patchSessionsId"];
        trace?: never;
    };
    "/api/sessions/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The events of a session: a page of JSON, or, with `Accept: text/event-stream`, all of them and
         *     then live.
         */
        get: operations["getSessionsIdEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Submits a job in a session, behind those that it has already. */
        post: operations["postSessionsIdJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The conversation: what was asked for, and what the agent says it did. */
        get: operations["getSessionsIdMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings/deploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is asked to deploy results. */
        get: operations["getSettingsDeploy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The account that is connected. */
        get: operations["getSettingsGithub"];
        /** Connects an account, or changes what is done with it. The token is tried at GitHub first. */
        put: operations["putSettingsGithub"];
        post?: never;
        /** Forgets the account and its token. What is at GitHub stays there. */
        delete: operations["deleteSettingsGithub"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings/github/connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sends the browser to GitHub, which asks its person whether Leo may push to private repositories. Back from there
         *     (`/api/auth/github/callback`) the account is connected, as by `PUT /api/settings/github`.
         */
        get: operations["getSettingsGithubConnect"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings/provider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is set. */
        get: operations["getSettingsProvider"];
        /** Sets the provider. Running jobs go on with what they began with. */
        put: operations["putSettingsProvider"];
        post?: never;
        /** Goes back to the installation's provider. */
        delete: operations["deleteSettingsProvider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The accounts, the youngest first. */
        get: operations["getUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One account. */
        get: operations["getUsersId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Sets what an account may, or closes it: it is barred from everything at once, and its jobs are
         *     cancelled.
         */
        patch: operations["patchUsersId"];
        trace?: never;
    };
    "/api/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The account's webhooks, the youngest first. */
        get: operations["getWebhooks"];
        put?: never;
        /** Makes a webhook. The answer is the only one that holds its secret. */
        post: operations["postWebhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook. */
        get: operations["getWebhooksId"];
        put?: never;
        post?: never;
        /** Removes a webhook, its log, and what was on its way to it. */
        delete: operations["deleteWebhooksId"];
        options?: never;
        head?: never;
        /** Changes a webhook; what the body does not say stays. */
        patch: operations["patchWebhooksId"];
        trace?: never;
    };
    "/api/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tries to deliver to a webhook, the latest first: 500 at most, for 30 days. */
        get: operations["getWebhooksIdDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/deliveries/{delivery}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delivers again, now, what a try was about, under the same id. */
        post: operations["postWebhooksIdDeliveriesDeliveryRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a webhook another secret. For a day deliveries are signed with the one before too. */
        post: operations["postWebhooksIdSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delivers `webhook.test` to a webhook. What came of it stands in its deliveries. */
        post: operations["postWebhooksIdTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process lives. */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process can work: Postgres answers. Without Redis it works on, slower. */
        get: operations["getHealthReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics in the text format of Prometheus. */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An account as operators see it. */
        Account: {
            /**
             * Format: date-time
             * @description Since when it is barred from everything.
             */
            closedAt?: string | null;
            /**
             * Format: date-time
             * @description When it was first seen.
             */
            createdAt: string;
            /** @description The account's address, if it has one. */
            email?: string | null;
            /** @description The account. */
            id: components["schemas"]["UserId"];
            /** @description Who vouches for its owner. */
            issuer: string;
            /** @description What holds for it. */
            limits: components["schemas"]["Limits"];
            /** @description Whether it may see the fleet and set limits. */
            operator: boolean;
            /** @description What operators have set for it. */
            overrides: components["schemas"]["Limits"];
            /** @description What he is called there. */
            subject: string;
            /** @description What it has and does. */
            usage: components["schemas"]["Usage"];
        };
        /** @description An API key, without the key itself. */
        ApiKey: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description From when on it is good for nothing.
             */
            expiresAt?: string | null;
            /** @description How the key begins. */
            hint: string;
            /** @description Its id, by which it is revoked. */
            id: components["schemas"]["KeyId"];
            /** @description What it is for. */
            name: string;
            /** @description What it is good for. */
            scope: components["schemas"]["Scope"];
            /**
             * Format: date-time
             * @description When it was used last, to the minute or so.
             */
            usedAt?: string | null;
        };
        /**
         * Format: uuid
         * @description The kept result of a job.
         */
        ArtifactId: string;
        /** @description `POST /api/jobs/{id}/push`. */
        AskPush: {
            /** @description Also what a job has left that did not end well. */
            partial?: boolean;
        };
        /** @description A row of the audit log. */
        AuditEntry: {
            /** @description What, as in `user.changed`. */
            action: string;
            actor?: components["schemas"]["UserId"] | null;
            /** @description The client's address. */
            address?: string | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description The rest, an object. */
            detail: unknown;
            /**
             * Format: int64
             * @description Grows with time, with gaps.
             */
            id: number;
            userId?: components["schemas"]["UserId"] | null;
        };
        /**
         * @description What the model calls of a job may cost, in all its attempts. A generator stops with
         *     `budget_exceeded` at whichever limit comes first.
         *
         *     Fields that are not known are refused, by servers and generators alike: a limit that somebody cannot
         *     keep must not look kept.
         */
        Budget: {
            /**
             * Format: int64
             * @description Tokens, in and out together.
             */
            tokens?: number | null;
            /**
             * Format: double
             * @description US dollars. It holds for calls whose provider tells their price.
             */
            usd?: number | null;
        };
        /**
         * @description What has become of a file.
         * @enum {string}
         */
        Change: "added" | "removed" | "modified" | "renamed";
        /** @description `POST /api/auth/password`. */
        ChangePassword: {
            /** @description The password as it is. */
            currentPassword: components["schemas"]["Password"];
            /** @description As it is to be: 8 to 256 characters, and not the address. */
            newPassword: components["schemas"]["Password"];
        };
        /** @description `GET /api/sessions/{id}/messages`. */
        Conversation: {
            /** @description Oldest first. */
            messages: components["schemas"]["Message"][];
        };
        /** @description `POST /api/keys`. */
        CreateKey: {
            /**
             * Format: date-time
             * @description From when on it is good for nothing; absent: never.
             */
            expiresAt?: string | null;
            /** @description What it is for; its owner tells it from others by this. */
            name: string;
            /** @description What it is good for. */
            scope: components["schemas"]["Scope"];
        };
        /** @description `POST /api/sessions`. */
        CreateSession: {
            /** @description A title; absent: the first prompt's beginning. */
            title?: string | null;
        };
        /** @description `POST /api/webhooks`. */
        CreateWebhook: {
            /** @description What it is for. */
            description?: string | null;
            /** @description What of; at least one. */
            events: components["schemas"]["WebhookEvent"][];
            /** @description Where to post to, by HTTPS or HTTP, without a name or password in it. */
            url: string;
        };
        /** @description The answer to `POST /api/keys`: the only time that the key itself is told. */
        CreatedKey: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description From when on it is good for nothing.
             */
            expiresAt?: string | null;
            /** @description How the key begins. */
            hint: string;
            /** @description Its id, by which it is revoked. */
            id: components["schemas"]["KeyId"];
            /** @description The key: a bearer token. */
            key: string;
            /** @description What it is for. */
            name: string;
            /** @description What it is good for. */
            scope: components["schemas"]["Scope"];
        };
        /** @description The answer to `POST /api/webhooks`. */
        CreatedWebhook: components["schemas"]["Webhook"] & {
            /** @description Its secret, told this once: `whsec_` and the key in base64. */
            secret: string;
        };
        /** @description `POST /api/auth/register` and `POST /api/auth/login`. */
        Credentials: {
            /** @description The address; capitals and space around it do not count. */
            email: string;
            /** @description The password, 8 to 256 characters and not the address. */
            password: components["schemas"]["Password"];
        };
        /** @description One try to deliver something to a webhook. */
        Delivery: {
            /** @description How the answer begins. */
            answer?: string | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /**
             * Format: int32
             * @description Which try this was, from 1.
             */
            attempt: number;
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            durationMs: number;
            /** @description What went wrong; absent where it was delivered. */
            error?: string | null;
            /** @description The event, as in the field `type` of the body. */
            event: string;
            /** @description This try. */
            id: components["schemas"]["DeliveryId"];
            jobId?: components["schemas"]["JobId"] | null;
            /** @description What was delivered, as in the header `webhook-id`: the same for all tries. */
            messageId: string;
            /**
             * Format: date-time
             * @description When it was to be tried again, where it was.
             */
            nextTryAt?: string | null;
            /**
             * Format: int32
             * @description The HTTP status of the answer, if there was one.
             */
            status?: number | null;
        };
        /**
         * Format: uuid
         * @description One try to deliver to a webhook.
         */
        DeliveryId: string;
        /** @description A hook that is asked to deploy results. */
        DeployHook: {
            /** @description Where it is; the rest of the address may be confidential. */
            host: string;
            webhookId?: components["schemas"]["WebhookId"] | null;
        };
        /**
         * @description The answer to `POST /api/jobs/{id}/deploy`. What the hooks say comes as `deploy_answered` in the
         *     session's stream.
         */
        DeployRequested: {
            /** @description Who is asked. */
            hooks: components["schemas"]["DeployHook"][];
            /** @description The job whose result is to be deployed. */
            jobId: components["schemas"]["JobId"];
        };
        /** @description `GET /api/settings/deploy`: who is asked to deploy results. An empty list where nobody is. */
        DeploySettings: {
            /** @description The hooks. */
            hooks: components["schemas"]["DeployHook"][];
        };
        /** @description `GET /api/jobs/{id}/diff`. */
        Diff: {
            /** @description By path, where they are after the change. */
            changes: components["schemas"]["FileChange"][];
            from?: components["schemas"]["JobId"] | null;
            /** @description The job that has made the later one. */
            to: components["schemas"]["JobId"];
            /** @description Of all changes, also of those that are left out. */
            totals: components["schemas"]["DiffTotals"];
            /** @description Whether changes are left out, because the answer has its limits. */
            truncated: boolean;
        };
        /** @description How many files have changed, and lines, as far as they were compared. */
        DiffTotals: {
            /**
             * Format: int64
             * @description Files.
             */
            added: number;
            /**
             * Format: int64
             * @description Lines.
             */
            additions: number;
            /**
             * Format: int64
             * @description Lines.
             */
            deletions: number;
            /**
             * Format: int64
             * @description Files.
             */
            modified: number;
            /**
             * Format: int64
             * @description Files.
             */
            removed: number;
            /**
             * Format: int64
             * @description Files.
             */
            renamed: number;
        };
        /** @description `POST` and `DELETE /api/fleet/{worker}/drain`. */
        Drained: {
            /** @description The workers that have been told. */
            workers: components["schemas"]["WorkerId"][];
        };
        /** @description A page of a stream. */
        EventPage: {
            /**
             * @description Each with `type`, `seq`, `sessionId`, `timestamp` and, but for events of the session as a
             *     whole, `jobId`.
             */
            events: Record<string, never>[];
            /**
             * Format: int64
             * @description The head of the stream.
             */
            lastSeq: number;
            /**
             * Format: int64
             * @description `after` of the next page, where there is more already.
             */
            next?: number | null;
        };
        /**
         * @description Why a job failed. Stable: clients branch on it.
         * @enum {string}
         */
        FailureReason: "worker_lost" | "launch_failed" | "exit_code" | "timeout" | "no_output" | "out_of_memory" | "disk_limit" | "output_limit" | "image_missing" | "artifact_rejected" | "provider_error" | "budget_exceeded" | "internal";
        /** @description What has become of one file. */
        FileChange: {
            /**
             * Format: int64
             * @description Lines, where it was compared.
             */
            additions?: number | null;
            /** @description Whether it is no text, where it was looked at. */
            binary: boolean;
            /** @description What has become of it. */
            change: components["schemas"]["Change"];
            /**
             * Format: int64
             * @description Lines, where it was compared.
             */
            deletions?: number | null;
            from?: components["schemas"]["FileSide"] | null;
            /** @description Where it was, when it is renamed. */
            oldPath?: string | null;
            omitted?: components["schemas"]["Omitted"] | null;
            /** @description What has changed in it, as unified hunks. */
            patch?: string | null;
            /** @description Where it is, or was when it is removed. */
            path: string;
            to?: components["schemas"]["FileSide"] | null;
        };
        /** @description One file of an app. */
        FileEntry: {
            /** @description By its name; nothing is guessed from the bytes. */
            contentType?: string;
            /** @description Whether it may be executed. */
            executable?: boolean;
            /** @description Relative to the app's folder. */
            path: string;
            /** @description Of the bytes, in lower-case hex. */
            sha256: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
        };
        /** @description `GET /api/jobs/{id}/files`. */
        FileList: {
            /** @description By path. */
            files: components["schemas"]["FileEntry"][];
            /** @description Whether the job ended before its app was complete. */
            partial: boolean;
        };
        /** @description A file in one of the two versions. */
        FileSide: {
            /** @description Whether it may be executed. */
            executable: boolean;
            /** @description Of the bytes, in lower-case hex. */
            sha256: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
        };
        /** @description `GET /api/fleet`. */
        Fleet: {
            /** @description What waits. */
            queue: components["schemas"]["QueueDepth"];
            /**
             * Format: int64
             * @description Running jobs that no registered worker holds: one of them will adopt or restart them.
             */
            unheld: number;
            /** @description The registered workers, by name. */
            workers: components["schemas"]["FleetWorker"][];
        };
        /** @description A job that a worker holds. */
        FleetJob: {
            /**
             * Format: int32
             * @description Which container run.
             */
            attempt: number;
            /** @description The job. */
            jobId: components["schemas"]["JobId"];
            /** @description Its session. */
            sessionId: components["schemas"]["SessionId"];
            /**
             * Format: date-time
             * @description When that run began.
             */
            since: string;
        };
        /** @description A worker. */
        FleetWorker: {
            /**
             * Format: int32
             * @description Jobs at once.
             */
            capacity: number;
            /** @description It finishes what it runs and claims nothing. */
            draining: boolean;
            /** @description Where its containers run. */
            host: components["schemas"]["HostId"];
            /** @description The process. */
            id: components["schemas"]["WorkerId"];
            /** @description For people; several may have the same. */
            name: string;
            /** @description What runs them: `docker` or `process`. */
            orchestrator: string;
            /** @description What it holds, the oldest first. */
            running: components["schemas"]["FleetJob"][];
            /**
             * Format: double
             * @description Seconds since its last sign of life, by the clock of Postgres. For people: whether a worker is
             *     dead is judged otherwise.
             */
            silentSeconds: number;
            /**
             * Format: date-time
             * @description When it registered.
             */
            startedAt: string;
            /** @description Of Leo. */
            version: string;
        };
        /** @description `POST /api/jobs/{id}/fork`. */
        ForkVersion: {
            /** @description The new session's title; absent: that of the session, marked as a fork. */
            title?: string | null;
        };
        /** @description The account that a user has connected. The token itself is never told. */
        GitHubSettings: {
            /** @description Whether every result is pushed without being asked for. */
            autoPush: boolean;
            /** @description Whether an account can be connected with a browser, at `/api/settings/github/connect`. */
            connectable?: boolean;
            /** @description Whether results are pushed with the installation's token where no account is connected. */
            installation: boolean;
            /** @description Who the token is at GitHub; absent: no account is connected. */
            login?: string | null;
            /** @description The organisation in which repositories are made, if it is not the user himself. */
            owner?: string | null;
        };
        /** @description `GET /health`. */
        Health: {
            /** @description Always `ok`. */
            status: string;
            /**
             * Format: date-time
             * @description The server's time.
             */
            timestamp: string;
        };
        /**
         * Format: uuid
         * @description The place where containers run: what a restarted worker on the same machine can still reach.
         */
        HostId: string;
        /** @description A job. */
        Job: {
            /**
             * Format: int32
             * @description Container runs so far.
             */
            attempt: number;
            budget?: components["schemas"]["Budget"] | null;
            /**
             * Format: date-time
             * @description When it was submitted.
             */
            createdAt: string;
            /** @description Where its zip can be fetched. */
            downloadUrl?: string | null;
            error?: components["schemas"]["JobError"] | null;
            /**
             * Format: date-time
             * @description When it ended.
             */
            finishedAt?: string | null;
            /** @description Where it was pushed. */
            githubUrl?: string | null;
            /** @description The job. */
            id: components["schemas"]["JobId"];
            /**
             * Format: int32
             * @description The most phases.
             */
            maxIterations: number;
            /** @description What to do. */
            mode: components["schemas"]["Mode"];
            /** @description The model asked for. */
            model?: string | null;
            /** @description Where it can be seen. */
            previewUrl?: string | null;
            /** @description What was asked for. */
            prompt: string;
            queue?: components["schemas"]["QueuePlace"] | null;
            retryOf?: components["schemas"]["JobId"] | null;
            /**
             * Format: date-time
             * @description It was not to start before this time.
             */
            runAt?: string | null;
            /** @description Its session. */
            sessionId: components["schemas"]["SessionId"];
            /**
             * Format: date-time
             * @description When a worker first claimed it.
             */
            startedAt?: string | null;
            /** @description Where it stands. */
            status: components["schemas"]["JobStatus"];
            /** @description What its model calls cost. */
            usage?: unknown;
        };
        /** @description Why a job failed. */
        JobError: {
            /** @description For people. */
            message: string;
            /** @description For programs. */
            reason: components["schemas"]["FailureReason"];
        };
        /**
         * Format: uuid
         * @description One generation in a session, from one prompt.
         */
        JobId: string;
        /**
         * @description Where a job stands, as the outside sees it.
         * @enum {string}
         */
        JobStatus: "queued" | "generating" | "completed" | "failed" | "cancelled";
        /** @description A job in a list of sessions. */
        JobSummary: {
            /** @description The job. */
            id: components["schemas"]["JobId"];
            /** @description What was asked for. */
            prompt: string;
            /** @description Where it stands. */
            status: components["schemas"]["JobStatus"];
        };
        /**
         * Format: uuid
         * @description An API key.
         */
        KeyId: string;
        /**
         * @description Limits of an account. Among the overrides of an account a limit that is absent is as the settings of
         *     the installation say; elsewhere it means that there is none.
         */
        Limits: {
            /**
             * Format: int32
             * @description Jobs that run at once.
             */
            maxRunning?: number | null;
            /**
             * Format: int64
             * @description Bytes of a prompt.
             */
            promptLimit?: number | null;
            /**
             * Format: int32
             * @description Jobs submitted in a day, which begins at midnight UTC.
             */
            quotaJobsPerDay?: number | null;
            /**
             * Format: int32
             * @description Sessions.
             */
            quotaSessions?: number | null;
            /**
             * Format: int64
             * @description Bytes of all kept results together.
             */
            quotaStorage?: number | null;
            /**
             * Format: int32
             * @description Requests in a minute. Among overrides 0 means no limit.
             */
            rateLimit?: number | null;
        };
        /** @description `POST /api/jobs/{id}/link`. */
        LinkVersion: {
            /**
             * Format: int32
             * @description For how many seconds it is good, a week at most; an hour if absent.
             */
            expiresIn?: number | null;
        };
        /** @description A line that holds what was searched for. */
        LogHit: {
            /**
             * Format: int64
             * @description The number of the line: the how-manieth `log` event of the job it is, from 1 on. It never
             *     changes, and goes on through all attempts.
             */
            line: number;
            /**
             * Format: int64
             * @description Where the line stands in the session's stream.
             */
            seq: number;
        };
        /** @description `GET /api/jobs/{id}/log?search=`: which lines of a job's log hold what was searched for. */
        LogHits: {
            /** @description The first of them, in their order; as many as were asked for. */
            hits: components["schemas"]["LogHit"][];
            /**
             * Format: int64
             * @description What came up to this `seq` was searched.
             */
            lastSeq: number;
            /**
             * Format: int64
             * @description How many lines were searched: all that the log has.
             */
            lines: number;
            /**
             * Format: int64
             * @description How many lines of the whole log hold it, listed or not.
             */
            total: number;
            /** @description Whether there are more hits behind the last one listed. */
            truncated: boolean;
        };
        /** @description `GET /api/auth/me`. */
        Me: {
            /** @description The account's address, if it has one. */
            email?: string | null;
            /** @description Whether the account may see the fleet. */
            operator: boolean;
            /** @description Who. */
            userId: components["schemas"]["UserId"];
        };
        /** @description One turn of a session's conversation. */
        Message: {
            /** @description What is said. */
            content: string;
            /** @description The job it belongs to. */
            jobId: components["schemas"]["JobId"];
            /** @description Who speaks. */
            role: components["schemas"]["Role"];
            /**
             * Format: date-time
             * @description When it was said.
             */
            timestamp: string;
        };
        /** @description The answer to `POST /api/webhooks/{id}/test` and to a retry: what is on its way. */
        MessageQueued: {
            /** @description As in the header `webhook-id`. */
            messageId: string;
        };
        /**
         * @description What the agent is asked to do.
         * @enum {string}
         */
        Mode: "autonomous" | "plan" | "edit" | "features";
        /**
         * @description Why a change comes without hunks.
         * @enum {string}
         */
        Omitted: "binary" | "too_large" | "answer_full" | "time";
        /** @description The version that a forked session began with. Both may be gone since. */
        Origin: {
            /** @description The job that had made it. */
            jobId: components["schemas"]["JobId"];
            /** @description The session. */
            sessionId: components["schemas"]["SessionId"];
        };
        /** @description A page of a list; `next_cursor` gives the following one. */
        Page_Account: {
            /** @description The rows. */
            items: {
                /**
                 * Format: date-time
                 * @description Since when it is barred from everything.
                 */
                closedAt?: string | null;
                /**
                 * Format: date-time
                 * @description When it was first seen.
                 */
                createdAt: string;
                /** @description The account's address, if it has one. */
                email?: string | null;
                /** @description The account. */
                id: components["schemas"]["UserId"];
                /** @description Who vouches for its owner. */
                issuer: string;
                /** @description What holds for it. */
                limits: components["schemas"]["Limits"];
                /** @description Whether it may see the fleet and set limits. */
                operator: boolean;
                /** @description What operators have set for it. */
                overrides: components["schemas"]["Limits"];
                /** @description What he is called there. */
                subject: string;
                /** @description What it has and does. */
                usage: components["schemas"]["Usage"];
            }[];
            /** @description Opaque; absent on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list; `next_cursor` gives the following one. */
        Page_ApiKey: {
            /** @description The rows. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                createdAt: string;
                /**
                 * Format: date-time
                 * @description From when on it is good for nothing.
                 */
                expiresAt?: string | null;
                /** @description How the key begins. */
                hint: string;
                /** @description Its id, by which it is revoked. */
                id: components["schemas"]["KeyId"];
                /** @description What it is for. */
                name: string;
                /** @description What it is good for. */
                scope: components["schemas"]["Scope"];
                /**
                 * Format: date-time
                 * @description When it was used last, to the minute or so.
                 */
                usedAt?: string | null;
            }[];
            /** @description Opaque; absent on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list; `next_cursor` gives the following one. */
        Page_AuditEntry: {
            /** @description The rows. */
            items: {
                /** @description What, as in `user.changed`. */
                action: string;
                actor?: components["schemas"]["UserId"] | null;
                /** @description The client's address. */
                address?: string | null;
                /**
                 * Format: date-time
                 * @description When.
                 */
                at: string;
                /** @description The rest, an object. */
                detail: unknown;
                /**
                 * Format: int64
                 * @description Grows with time, with gaps.
                 */
                id: number;
                userId?: components["schemas"]["UserId"] | null;
            }[];
            /** @description Opaque; absent on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list; `next_cursor` gives the following one. */
        Page_Delivery: {
            /** @description The rows. */
            items: {
                /** @description How the answer begins. */
                answer?: string | null;
                /**
                 * Format: date-time
                 * @description When.
                 */
                at: string;
                /**
                 * Format: int32
                 * @description Which try this was, from 1.
                 */
                attempt: number;
                /**
                 * Format: int64
                 * @description How long it took, in milliseconds.
                 */
                durationMs: number;
                /** @description What went wrong; absent where it was delivered. */
                error?: string | null;
                /** @description The event, as in the field `type` of the body. */
                event: string;
                /** @description This try. */
                id: components["schemas"]["DeliveryId"];
                jobId?: components["schemas"]["JobId"] | null;
                /** @description What was delivered, as in the header `webhook-id`: the same for all tries. */
                messageId: string;
                /**
                 * Format: date-time
                 * @description When it was to be tried again, where it was.
                 */
                nextTryAt?: string | null;
                /**
                 * Format: int32
                 * @description The HTTP status of the answer, if there was one.
                 */
                status?: number | null;
            }[];
            /** @description Opaque; absent on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list; `next_cursor` gives the following one. */
        Page_Job: {
            /** @description The rows. */
            items: {
                /**
                 * Format: int32
                 * @description Container runs so far.
                 */
                attempt: number;
                budget?: components["schemas"]["Budget"] | null;
                /**
                 * Format: date-time
                 * @description When it was submitted.
                 */
                createdAt: string;
                /** @description Where its zip can be fetched. */
                downloadUrl?: string | null;
                error?: components["schemas"]["JobError"] | null;
                /**
                 * Format: date-time
                 * @description When it ended.
                 */
                finishedAt?: string | null;
                /** @description Where it was pushed. */
                githubUrl?: string | null;
                /** @description The job. */
                id: components["schemas"]["JobId"];
                /**
                 * Format: int32
                 * @description The most phases.
                 */
                maxIterations: number;
                /** @description What to do. */
                mode: components["schemas"]["Mode"];
                /** @description The model asked for. */
                model?: string | null;
                /** @description Where it can be seen. */
                previewUrl?: string | null;
                /** @description What was asked for. */
                prompt: string;
                queue?: components["schemas"]["QueuePlace"] | null;
                retryOf?: components["schemas"]["JobId"] | null;
                /**
                 * Format: date-time
                 * @description It was not to start before this time.
                 */
                runAt?: string | null;
                /** @description Its session. */
                sessionId: components["schemas"]["SessionId"];
                /**
                 * Format: date-time
                 * @description When a worker first claimed it.
                 */
                startedAt?: string | null;
                /** @description Where it stands. */
                status: components["schemas"]["JobStatus"];
                /** @description What its model calls cost. */
                usage?: unknown;
            }[];
            /** @description Opaque; absent on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list; `next_cursor` gives the following one. */
        Page_Session: {
            /** @description The rows. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                createdAt: string;
                currentArtifact?: components["schemas"]["ArtifactId"] | null;
                currentJob?: components["schemas"]["JobId"] | null;
                forkedFrom?: components["schemas"]["Origin"] | null;
                /** @description The session. */
                id: components["schemas"]["SessionId"];
                lastJob?: components["schemas"]["JobSummary"] | null;
                /**
                 * Format: int64
                 * @description The head of its event stream; 0 when nothing has happened yet.
                 */
                lastSeq: number;
                /** @description Its title. */
                title: string;
                /**
                 * Format: date-time
                 * @description When its last job was submitted or its title changed.
                 */
                updatedAt: string;
            }[];
            /** @description Opaque; absent on the last page. */
            nextCursor?: string | null;
        };
        /** @description A page of a list; `next_cursor` gives the following one. */
        Page_Webhook: {
            /** @description The rows. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                createdAt: string;
                /** @description What it is for. */
                description?: string | null;
                /** @description Why Leo has disabled it. */
                disabledReason?: string | null;
                /** @description Whether it is told anything. */
                enabled: boolean;
                /** @description What it is told of. */
                events: components["schemas"]["WebhookEvent"][];
                /**
                 * Format: date-time
                 * @description Since when every try has failed.
                 */
                failingSince?: string | null;
                /** @description Its id. */
                id: components["schemas"]["WebhookId"];
                /** @description Where it is. */
                url: string;
            }[];
            /** @description Opaque; absent on the last page. */
            nextCursor?: string | null;
        };
        /**
         * Format: password
         * @description A password on its way; nothing shows it.
         */
        Password: string;
        /** @description An error as a client sees it. */
        Problem: {
            /** @description What went wrong, for programs; stable. */
            code: string;
            /** @description What went wrong, for people. */
            detail: string;
            /** @description To be quoted when asking an operator; also in the server's log. */
            requestId: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The status in words. */
            title: string;
            /** @description Always `about:blank`: `code` is what programs branch on. */
            type: string;
        };
        /** @description What a user has set. The key itself is never told. */
        ProviderSettings: {
            /** @description Where it is, if not at its usual place. */
            baseUrl?: string | null;
            /** @description Whether a key is stored. */
            hasKey: boolean;
            /** @description The end of the key, by which its owner knows it. */
            keyHint?: string | null;
            /** @description The model's name there. */
            model?: string | null;
            /** @description As `LLM_PROVIDER` has it; absent: jobs use the installation's provider. */
            provider?: string | null;
        };
        /** @description What a test of a provider has found. It holds no key. */
        ProviderTest: {
            /**
             * Format: int64
             * @description Tokens that prompt and answer may have together, as the server is set up.
             */
            contextLength?: number | null;
            /**
             * Format: int64
             * @description Milliseconds until the first piece of an answer.
             */
            firstTokenMs?: number | null;
            /** @description The model that was asked. */
            model?: string | null;
            /** @description Whether no step has failed. */
            ok: boolean;
            /** @description The steps, in order. */
            steps: components["schemas"]["ProviderTestStep"][];
            /**
             * Format: double
             * @description Tokens a second from then on.
             */
            tokensPerSecond?: number | null;
        };
        /** @description One step of a test. */
        ProviderTestStep: {
            /** @description What was found, for programs; which fields depends on the step. */
            details?: Record<string, never> | null;
            /**
             * Format: int64
             * @description How long it took.
             */
            durationMs: number;
            /** @description What to change, or to know, where there is something. */
            hint?: string | null;
            /** @description What was found, for people. */
            message: string;
            /**
             * @description What is tested: `settings`, `reachable`, `model_listed`, `streams`, `usage`, `speed`, `context`,
             *     `format` or `tools`. There may be others one day.
             */
            name: string;
            /** @description What came of it. */
            status: components["schemas"]["StepStatus"];
        };
        /** @description How many jobs there are in each state that is no end. */
        QueueDepth: {
            /**
             * Format: int64
             * @description Before their `runAt`.
             */
            delayed: number;
            /**
             * Format: int64
             * @description Running.
             */
            generating: number;
            /**
             * Format: double
             * @description For how long the oldest of the ready ones has been ready.
             */
            oldestWaitSeconds?: number | null;
            /**
             * Format: int64
             * @description Can be claimed as soon as a worker and their user's limit allow.
             */
            ready: number;
            /**
             * Format: int64
             * @description Behind another job of their session.
             */
            waiting: number;
        };
        /** @description Where a queued job stands. */
        QueuePlace: {
            /** @description From 1; `1000+` beyond a thousand. */
            position: string;
            /** @description Why it does not run yet, in a sentence. */
            reason: string;
        };
        /** @description `GET /api/quotas`. */
        Quotas: {
            /** @description What the account may. */
            limits: components["schemas"]["Limits"];
            /** @description What it has. */
            usage: components["schemas"]["Usage"];
        };
        /** @description `GET /health/ready`. */
        Readiness: {
            /** @description `up` or `down`. */
            postgres: string;
            /** @description `up` or `down`. */
            redis: string;
            /** @description `ok`, `degraded` (still works, slower) or `unavailable`. */
            status: string;
        };
        /**
         * @description Who speaks in a conversation.
         * @enum {string}
         */
        Role: "user" | "assistant";
        /**
         * @description What a credential is good for; each includes those before it.
         * @enum {string}
         */
        Scope: "read" | "run" | "admin";
        /** @description A session. */
        Session: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            currentArtifact?: components["schemas"]["ArtifactId"] | null;
            currentJob?: components["schemas"]["JobId"] | null;
            forkedFrom?: components["schemas"]["Origin"] | null;
            /** @description The session. */
            id: components["schemas"]["SessionId"];
            lastJob?: components["schemas"]["JobSummary"] | null;
            /**
             * Format: int64
             * @description The head of its event stream; 0 when nothing has happened yet.
             */
            lastSeq: number;
            /** @description Its title. */
            title: string;
            /**
             * Format: date-time
             * @description When its last job was submitted or its title changed.
             */
            updatedAt: string;
        };
        /**
         * Format: uuid
         * @description One app being built, owned by one user; it has one event stream.
         */
        SessionId: string;
        /** @description `PUT /api/settings/github`. */
        SetGitHub: {
            /** @description Whether every result is pushed without being asked for. */
            autoPush?: boolean;
            /** @description The organisation in which repositories are made; absent: the token's own user. */
            owner?: string | null;
            /** @description A token that may make private repositories and push to them. Absent: the one before. */
            token?: string | null;
        };
        /** @description `PUT /api/settings/provider`. */
        SetProvider: {
            /** @description Its key. Absent: the one before, if provider and address are the same as before, else none. */
            apiKey?: string | null;
            /** @description Where it is; absent: at its usual place. */
            baseUrl?: string | null;
            /** @description The model's name there, for jobs that ask for none. */
            model?: string | null;
            /** @description As `LLM_PROVIDER` has it: `demo`, `openrouter`, `lmstudio`, `ollama` or `openai`. */
            provider: string;
        };
        /** @description `GET /api/auth/methods`: by what people sign in here. */
        SignInMethods: {
            /** @description Whether nobody has an account so far; whoever makes the first is the operator. */
            firstAccount: boolean;
            /** @description By way of GitHub. */
            github: boolean;
            /** @description With a password. */
            password: boolean;
            /** @description Whether accounts can be made. */
            registration: boolean;
        };
        /**
         * @description What came of a step.
         * @enum {string}
         */
        StepStatus: "passed" | "warning" | "failed" | "skipped";
        /** @description `POST /api/sessions/{id}/jobs` and `POST /api/jobs`. */
        SubmitJob: {
            budget?: components["schemas"]["Budget"] | null;
            /**
             * Format: int32
             * @description The most phases; 10 if absent.
             */
            maxIterations?: number | null;
            mode?: components["schemas"]["Mode"] | null;
            /** @description The model to use; the installation's if absent. */
            model?: string | null;
            /**
             * Format: int32
             * @description Higher goes first among the user's jobs, -100 to 100; 0 if absent.
             */
            priority?: number | null;
            /** @description What is asked for. */
            prompt: string;
            /**
             * Format: date-time
             * @description Not before this time, a year ahead at most; a time that has passed means at once.
             */
            runAt?: string | null;
        };
        /**
         * @description `POST /api/providers/test`. What is absent is as the user has set it, or else the installation.
         *
         *     A key that is kept is sent to no other server than it is kept for, and the installation's to none
         *     that a user names.
         */
        TestProvider: {
            /** @description Its key. */
            apiKey?: string | null;
            /** @description Where it is. */
            baseUrl?: string | null;
            /** @description The model's name there. */
            model?: string | null;
            /** @description As `LLM_PROVIDER` has it. */
            provider?: string | null;
        };
        /** @description The answer to `POST /api/auth/ticket`. */
        Ticket: {
            /**
             * Format: date-time
             * @description Until when.
             */
            expiresAt: string;
            /** @description Opens one WebSocket: `/ws?ticket=`. */
            ticket: string;
        };
        /** @description `PATCH /api/users/{id}`. What is absent stays as it is; a limit that is null is as the settings say. */
        UpdateAccount: {
            /** @description Whether it is barred from everything. */
            closed?: boolean | null;
            /**
             * Format: int32
             * @description Jobs that run at once, 1 to 10000.
             */
            maxRunning?: number | null;
            /** @description Whether it may see the fleet and set limits. */
            operator?: boolean | null;
            /**
             * Format: int64
             * @description Bytes of a prompt, at least 1, and no more than a request can hold (160 KiB, or `PROMPT_LIMIT` where
             *     that is more).
             */
            promptLimit?: number | null;
            /**
             * Format: int32
             * @description Jobs submitted in a day.
             */
            quotaJobsPerDay?: number | null;
            /**
             * Format: int32
             * @description Sessions.
             */
            quotaSessions?: number | null;
            /**
             * Format: int64
             * @description Bytes of all kept results together.
             */
            quotaStorage?: number | null;
            /**
             * Format: int32
             * @description Requests in a minute; 0 for no limit.
             */
            rateLimit?: number | null;
        };
        /** @description `PATCH /api/sessions/{id}`. */
        UpdateSession: {
            /** @description The new title. */
            title: string;
        };
        /** @description `PATCH /api/webhooks/{id}`: what is absent stays. */
        UpdateWebhook: {
            /** @description What it is for; an empty text removes it. */
            description?: string | null;
            /** @description Whether it is told anything. Enabling one that Leo has disabled begins anew. */
            enabled?: boolean | null;
            /** @description What of; at least one. */
            events?: components["schemas"]["WebhookEvent"][] | null;
            /** @description Where to post to. */
            url?: string | null;
        };
        /** @description What a container is about to upload: `tar.gz` of `app` and `.leo`. */
        UploadRequest: {
            /** @description Of the bytes, in lower-case hex. */
            sha256: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
        };
        /** @description The request that uploads it. */
        UploadTicket: {
            /**
             * Format: date-time
             * @description Until when.
             */
            expiresAt: string;
            /** @description The headers to send, beside `Content-Length`, and no others. */
            headers: {
                [key: string]: string;
            };
            /** @description `PUT`. */
            method: string;
            /** @description Where to; an address, or a reference that is relative to the address asked. */
            url: string;
        };
        /** @description What an account has and does. */
        Usage: {
            /**
             * Format: int32
             * @description Jobs submitted since midnight UTC, those of deleted sessions among them.
             */
            jobsToday: number;
            /**
             * Format: int32
             * @description Jobs that wait.
             */
            queued: number;
            /**
             * Format: int32
             * @description Jobs that run.
             */
            running: number;
            /**
             * Format: int64
             * @description Sessions.
             */
            sessions: number;
            /**
             * Format: int64
             * @description Bytes of all kept results together. What a deleted session has left counts until it is removed,
             *     about an hour later.
             */
            storage: number;
        };
        /**
         * Format: uuid
         * @description An account.
         */
        UserId: string;
        /** @description The answer to it. Whoever has the address may download the zip. */
        VersionLink: {
            /**
             * Format: date-time
             * @description Until when.
             */
            expiresAt: string;
            /** @description The zip; needs no credential. */
            url: string;
        };
        /** @description A webhook, without its secret. */
        Webhook: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /** @description What it is for. */
            description?: string | null;
            /** @description Why Leo has disabled it. */
            disabledReason?: string | null;
            /** @description Whether it is told anything. */
            enabled: boolean;
            /** @description What it is told of. */
            events: components["schemas"]["WebhookEvent"][];
            /**
             * Format: date-time
             * @description Since when every try has failed.
             */
            failingSince?: string | null;
            /** @description Its id. */
            id: components["schemas"]["WebhookId"];
            /** @description Where it is. */
            url: string;
        };
        /**
         * @description What a webhook may be told.
         * @enum {string}
         */
        WebhookEvent: "job.completed" | "job.failed" | "job.cancelled" | "deploy.requested";
        /**
         * Format: uuid
         * @description An address that a user has told, which hears of his jobs.
         */
        WebhookId: string;
        /** @description A secret, told this once. */
        WebhookSecret: {
            /** @description The webhook. */
            id: components["schemas"]["WebhookId"];
            /**
             * Format: date-time
             * @description Until when the secret before is signed with too.
             */
            previousUntil?: string | null;
            /** @description `whsec_` and the key in base64, as libraries for standard webhooks take it. */
            secret: string;
        };
        /**
         * Format: uuid
         * @description One worker process, from its start to its end. A restarted worker has a new id.
         */
        WorkerId: string;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getAudit: {
        parameters: {
            query?: {
                /** @description Done by or to this account only. */
                userId?: components["schemas"]["UserId"];
                /** @description Rows, 1 to 100; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a page of entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditEntry"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description you are no operator */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuthGithub: {
        parameters: {
            query?: {
                /** @description A path of this site, where the browser is to end; `/` if absent. */
                returnTo?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description to GitHub */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the `Host` is missing */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a page of another site asks (`cross_origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description GitHub is not set up here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `returnTo` leads elsewhere */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuthGithubCallback: {
        parameters: {
            query?: {
                /** @description what GitHub gives */
                code?: string;
                /** @description what it was given */
                state?: string;
                /** @description why it gives nothing */
                error?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description signed in, or an account connected: to where that was to lead */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description it did not begin in this browser, or by who is signed in there (`wrong_state`), or the code is not good (`code_refused`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the person has said no (`sign_in_denied`, `connect_denied`), GitHub gives less than was asked for (`scope_refused`), nobody may make accounts (`registration_closed`), the account is closed, or a page of another site asks */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description GitHub is not set up here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many sign-ins from one place (`too_many_attempts`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description GitHub does not answer (`github_unavailable`) */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAuthLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description the account; a cookie signs in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the address or the password is wrong (`bad_credentials`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, or a page of another site asks */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description what is no address, or cannot be a password */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many failures at this account or from one place (`too_many_attempts`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many people at once, or the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAuthLogout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description nobody is signed in with this browser */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a page of another site asks (`cross_origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuthMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuthMethods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what there is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInMethods"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAuthPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            /** @description changed; a browser that was signed in gets another cookie */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account has no password (`no_password`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the present password is wrong, or the new one is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many wrong passwords (`too_many_attempts`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many people at once, or the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAuthRegister: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description the account; a cookie signs in */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description nobody may make accounts (`registration_closed`), or a page of another site asks */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description there is an account with this address (`account_exists`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the address or the password is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many accounts from one place (`too_many_attempts`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many people at once, or the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAuthTicket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the ticket */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFleet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the fleet */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fleet"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description you are no operator */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postFleetWorkerDrain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description its id, or its name, which several may have */
                worker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the workers that drain */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Drained"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such worker, or you are no operator */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteFleetWorkerDrain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description its id, or its name, which several may have */
                worker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the workers that claim again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Drained"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such worker, or you are no operator */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobs: {
        parameters: {
            query?: {
                /** @description Of this session only. */
                sessionId?: components["schemas"]["SessionId"];
                /** @description In this status only. */
                status?: components["schemas"]["JobStatus"];
                /** @description Rows, 1 to 100; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a page of jobs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Job"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postJobs: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the same job */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubmitJob"];
            };
        };
        responses: {
            /** @description the job, queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the key was used for another request */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postJobsIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the job; one that had ended stays as it was */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postJobsIdDeploy: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key asks once */
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description who is asked */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeployRequested"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, not yours, or without files */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no deploy hook is set */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the key is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobsIdDiff: {
        parameters: {
            query?: {
                /**
                 * @description The job that has left the earlier version, of the same session; if absent the version that the
                 *     job began with.
                 */
                from?: components["schemas"]["JobId"];
                /** @description `json` (if absent) or `patch`; the header `Accept: text/x-diff` asks for a patch too. */
                format?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the changes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diff"];
                    "text/x-diff": string;
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such job, or no files (`no_files`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description files are older than they are kept (`artifact_expired`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted, or the jobs are not of one session */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many comparisons at once */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobsIdDownload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the zip */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": number[];
                };
            };
            /** @description the client has it (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such job, or no files (`no_files`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description they are older than they are kept (`artifact_expired`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many downloads at once */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobsIdFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileList"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such job, or no files (`no_files`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description they are older than they are kept (`artifact_expired`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobsIdFilesPath: {
        parameters: {
            query?: never;
            header?: {
                /** @description one range of bytes; several get the whole file */
                Range?: string | null;
                /** @description the `ETag` of the version that the range is of */
                "If-Range"?: string | null;
            };
            path: {
                id: components["schemas"]["JobId"];
                /** @description as in the list of files */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description its bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description the range */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description the client has it (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such job or file */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description it is older than files are kept (`artifact_expired`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the file has no such bytes; `Content-Range` says how many it has */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postJobsIdFork: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the same session */
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForkVersion"];
            };
        };
        responses: {
            /** @description the new session */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such job, or no files (`no_files`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the key was used for another request */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description they are older than they are kept (`artifact_expired`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the title is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postJobsIdLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkVersion"];
            };
        };
        responses: {
            /** @description the link */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionLink"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such job, or no files (`no_files`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description they are older than they are kept (`artifact_expired`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the time is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many downloads at once */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobsIdLog: {
        parameters: {
            query?: {
                /** @description `text` (if absent) or `ndjson`. Not with `search`. */
                format?: "text" | "ndjson";
                /** @description Whether a browser is to save it as a file. Not with `search`. */
                download?: boolean;
                /** @description Which lines hold this is asked, 1 to 1000 characters; ANSI sequences in them do not count. */
                search?: string;
                /** @description With `search`: whether capitals differ from small letters; not if absent. */
                caseSensitive?: boolean;
                /** @description With `search`: whether it is a regular expression, as the Rust crate `regex` has them. */
                regex?: boolean;
                /** @description With `search`: hits to list, 1 to 10000; 10000 if absent. */
                limit?: number;
                /** @description With `search`: hits behind this line are listed; all are counted. */
                afterLine?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the lines, or the events; with `search` the hits */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                    "application/x-ndjson": string;
                    "application/json": components["schemas"]["LogHits"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many searches at once (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postJobsIdPush: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AskPush"];
            };
        };
        responses: {
            /** @description it will be tried */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, not yours, or without files */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the job has not ended (`job_not_finished`), a push of it is under way (`push_under_way`), no account is connected (`no_github_account`), or it did not end well (`partial_files`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postJobsIdRestore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the session; one that was at this version already stays as it was */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such job, or no files (`no_files`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description they are older than they are kept (`artifact_expired`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postJobsIdRetry: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key gives the same job */
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the new job, with `retryOf` */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the job has not ended yet */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getKeys: {
        parameters: {
            query?: {
                /** @description Rows, 1 to 100; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a page of keys, without the keys themselves */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ApiKey"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKey"];
            };
        };
        responses: {
            /** @description the key */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account has as many keys as it may have */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteKeysId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["KeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLinksName: {
        parameters: {
            query: {
                /** @description As in the link. */
                token: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the zip */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": number[];
                };
            };
            /** @description the client has it (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no link, or what it led to is gone */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description its time is over */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many downloads at once */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postProvidersTest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestProvider"];
            };
        };
        responses: {
            /** @description what was found, good or bad */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderTest"];
                    "text/event-stream": string;
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or too many tests at once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer, too many tests are under way, or the server restarts */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getQuotas: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description limits and usage; a limit that is absent is none */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quotas"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRunnerIdArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UploadRequest"];
            };
        };
        responses: {
            /** @description the request to make next, with these headers and no others */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadTicket"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no token, or one that does not open this job */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the attempt is over */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description more than `WORKSPACE_LIMIT` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunnerIdInput: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `job`: what `.leo/job.json` holds; `settings`: what would stand in the environment, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description no token, or one that does not open this job */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such job, or one that brings its input along */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the attempt is over */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunnerIdInputFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the archive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": number[];
                };
            };
            /** @description no token, or one that does not open this job */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such job, or one that brings its input along */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the attempt is over */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putRunnerIdUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/gzip": number[];
            };
        };
        responses: {
            /** @description it is kept */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no token, or one that does not open this job */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the attempt is over, or has announced nothing */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description it is not what was announced */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many uploads at once */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessions: {
        parameters: {
            query?: {
                /** @description Whose title or last prompt has this in it, in upper or lower case; 1 to 255 characters. */
                search?: string;
                /** @description Whose last job is in this status. */
                status?: components["schemas"]["JobStatus"];
                /** @description Rows, 1 to 100; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a page of sessions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Session"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSession"];
            };
        };
        responses: {
            /** @description the session */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the title is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSessionsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchSessionsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSession"];
            };
        };
        responses: {
            /** @description the session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the title is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionsIdEvents: {
        parameters: {
            query?: {
                /** @description The last `seq` that the client has; 0 (all) if absent. */
                after?: number;
                /** @description Events, 1 to 1000; 500 if absent. Not for live streams. */
                limit?: number;
            };
            header?: {
                /** @description for live streams; wins over `after` */
                "Last-Event-ID"?: number | null;
            };
            path: {
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                    "text/event-stream": string;
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postSessionsIdJobs: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the same job */
                "Idempotency-Key"?: string | null;
            };
            path: {
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubmitJob"];
            };
        };
        responses: {
            /** @description the job, queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such session, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the key was used for another request */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionsIdMessages: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the conversation of the latest 100 jobs, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettingsDeploy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the hooks, of which only the hosts are told; none where none is set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeploySettings"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettingsGithub: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the account; no `login` where none is connected */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GitHubSettings"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSettingsGithub: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetGitHub"];
            };
        };
        responses: {
            /** @description the account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GitHubSettings"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this server keeps no secrets: LEO_SECRET_KEY is not set */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description GitHub does not answer (`github_unavailable`) */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSettingsGithub: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description no account is connected */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettingsGithubConnect: {
        parameters: {
            query?: {
                /** @description A path of this site, where the browser is to end; `/` if absent. */
                returnTo?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description to GitHub */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not by the cookie of a browser (`browser_needed`), or a page of another site leads here (`cross_origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no OAuth app is set up here (`no_oauth_app`), or LEO_SECRET_KEY is not (`no_secret_key`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `returnTo` leads elsewhere */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettingsProvider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what is set; no `provider` where nothing is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderSettings"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSettingsProvider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetProvider"];
            };
        };
        responses: {
            /** @description what is set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderSettings"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this server keeps no secrets: LEO_SECRET_KEY is not set */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSettingsProvider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description nothing is set */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsers: {
        parameters: {
            query?: {
                /** @description Whose address or name has this in it, in upper or lower case. */
                search?: string;
                /** @description Rows, 1 to 100; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a page of accounts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Account"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description you are no operator */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or you are no operator */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchUsersId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateAccount"];
            };
        };
        responses: {
            /** @description the account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or you are no operator */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no operator would be left */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhooks: {
        parameters: {
            query?: {
                /** @description Rows, 1 to 100; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a page of webhooks, without their secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Webhook"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhook"];
            };
        };
        responses: {
            /** @description the webhook, with its secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account has as many webhooks as it may have, or this server keeps no secrets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhooksId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the webhook, without its secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhooksId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchWebhooksId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWebhook"];
            };
        };
        responses: {
            /** @description the webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description the body is no JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is not declared as JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a field is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhooksIdDeliveries: {
        parameters: {
            query?: {
                /** @description Rows, 1 to 100; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a page of tries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Delivery"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not accepted */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postWebhooksIdDeliveriesDeliveryRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["WebhookId"];
                delivery: components["schemas"]["DeliveryId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description it is on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageQueued"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the webhook is disabled */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postWebhooksIdSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the new secret, told this once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecret"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this server keeps no secrets: LEO_SECRET_KEY is not set */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postWebhooksIdTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description it is on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageQueued"];
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description not there, or not yours */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the webhook is disabled */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getHealthReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `ok`, or `degraded` without Redis */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Postgres is down */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the metrics of this server, and of the queue */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description no credential, or one that is not accepted */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account is closed, the credential lacks the scope, or a page of another site sends this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description you are no operator */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description without a credential, and not under a loopback name */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many requests, or a quota is used up */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
