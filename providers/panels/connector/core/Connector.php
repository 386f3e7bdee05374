<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Takes a letter, gives a letter. All that a panel's entry point calls. */
final class Connector
{
    public const VERSION = '1.0.0';
    public const PROTOCOL = 1;

    private Host $host;
    private string $home;
    private Surroundings $surroundings;

    /** @param string $home the connector's folder in the panel, with pairing.php and state/ */
    public function __construct(Host $host, string $home, ?Surroundings $surroundings = null)
    {
        $this->host = $host;
        $this->home = $home;
        $this->surroundings = $surroundings ?? new Surroundings();
    }

    /** The reply to a letter. Never throws, never prints, and lets no text of the panel's out. */
    public function answer(string $letter, Request $request): string
    {
        // A worker that hangs up must not leave a credential half saved.
        if (function_exists('ignore_user_abort')) {
            ignore_user_abort(true);
        }
        $quiet = new Quiet();
        $state = new StateFolder($this->home);
        $gates = new Gates($this->home, $state, $request);
        try {
            [$taken, $pairing] = $gates->pass($letter);
            $body = (new Operations($this->host, $pairing, $state, $this->surroundings))->run($taken, $request);
            return Reply::text(true, $body, $gates->nonce, $gates->authKey);
        } catch (Refusal $refusal) {
            return Reply::text(false, $refusal->body(), $gates->nonce, $gates->authKey);
        } catch (\Throwable $error) {
            // Neither text nor trace goes anywhere: both may hold what the panel stores.
            $body = ['code' => 'panel-error', 'message' => 'A function of the panel failed.'];
            return Reply::text(false, $body, $gates->nonce, $gates->authKey);
        } finally {
            $quiet->end();
        }
    }
}
